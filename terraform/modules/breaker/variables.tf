variable "prefix" {
  description = "What all names of the environment begin with. The state machine is called that with -breaker behind it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,40}$", var.prefix))
    error_message = "prefix is \"${var.prefix}\": it must be at most 41 of a-z, 0-9 and -, a letter first."
  }
}

variable "environment" {
  description = "Dimension Environment of the metric BreakerOpen."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.environment))
    error_message = "environment is \"${var.environment}\": it must be of a-z, 0-9 and -, a letter first, such as the workspace's name."
  }
}

variable "destinations" {
  description = "The destinations by name: the event source mapping to stop, the alias of the function to probe, what the mapping's concurrency is restored to, and how long the queue keeps messages."
  type = map(object({
    mapping_id           = string
    mapping_arn          = string
    alias_arn            = string
    maximum_concurrency  = number
    queue_retention_days = number
  }))
  nullable = false

  validation {
    condition     = length(setintersection(keys(var.destinations), ["alarms", "breaker", "notify", "replay"])) == 0
    error_message = "A destination may not be called alarms, breaker, notify or replay: there are resources of these names."
  }
}

variable "probe_first_seconds" {
  description = "Seconds from the breaker's opening to the first probe. They double from probe to probe."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = floor(var.probe_first_seconds) == var.probe_first_seconds && var.probe_first_seconds >= 1 && var.probe_first_seconds <= var.probe_max_seconds
    error_message = "probe_first_seconds is ${var.probe_first_seconds}: it must be a whole number from 1 to probe_max_seconds (${var.probe_max_seconds})."
  }
}

variable "probe_max_seconds" {
  description = "Seconds between two probes that the doubling stops at."
  type        = number
  default     = 40
  nullable    = false

  validation {
    condition     = floor(var.probe_max_seconds) == var.probe_max_seconds && var.probe_max_seconds >= 1
    error_message = "probe_max_seconds is ${var.probe_max_seconds}: it must be a whole number of at least 1."
  }
}

variable "probe_timeout_seconds" {
  description = "Seconds after which a probe without an answer counts as failed."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = floor(var.probe_timeout_seconds) == var.probe_timeout_seconds && var.probe_timeout_seconds >= 1
    error_message = "probe_timeout_seconds is ${var.probe_timeout_seconds}: it must be a whole number of at least 1."
  }

  validation {
    condition     = var.probe_max_seconds + var.probe_timeout_seconds <= 60
    error_message = "probe_timeout_seconds is ${var.probe_timeout_seconds} with a probe_max_seconds of ${var.probe_max_seconds}: together they must be at most 60, because BreakerOpen is put once a round and its alarm looks every minute."
  }
}

variable "half_open_seconds" {
  description = "Seconds for which messages flow at a concurrency of 2 before the probe that decides."
  type        = number
  default     = 40
  nullable    = false

  validation {
    condition     = floor(var.half_open_seconds) == var.half_open_seconds && var.half_open_seconds >= 1 && var.half_open_seconds + var.probe_timeout_seconds <= 60
    error_message = "half_open_seconds is ${var.half_open_seconds}: it must be a whole number of at least 1, and with probe_timeout_seconds (${var.probe_timeout_seconds}) at most 60, because BreakerOpen is put once in that time and its alarm looks every minute."
  }
}

variable "settle_seconds" {
  description = "Seconds after closing at which the alarm is looked at: if it lasts, the breaker opens again. It must have had the time to end."
  type        = number
  default     = 240
  nullable    = false

  validation {
    condition     = var.settle_seconds >= 1 && var.settle_seconds <= 900
    error_message = "settle_seconds is ${var.settle_seconds}: it must be 1 to 900."
  }
}

variable "max_open_seconds" {
  description = "Seconds that the breaker waits before it gives up and lets the messages flow to the dead-letter queue. Probes that get no answer come on top."
  type        = number
  default     = 36000
  nullable    = false

  validation {
    condition     = floor(var.max_open_seconds) == var.max_open_seconds && var.max_open_seconds >= 60
    error_message = "max_open_seconds is ${var.max_open_seconds}: it must be a whole number of at least 60."
  }
}

variable "rearm_seconds" {
  description = "Seconds after giving up for which the breaker stays disarmed: the waiting messages have their attempts in that time."
  type        = number
  default     = 21600
  nullable    = false

  validation {
    condition     = floor(var.rearm_seconds) == var.rearm_seconds && var.rearm_seconds >= 1
    error_message = "rearm_seconds is ${var.rearm_seconds}: it must be a whole number of at least 1."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key for the state machine's logs."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is \"${var.kms_key_arn}\": it must be the ARN of a key, not of an alias."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that no role here may exceed, whatever it is allowed."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is \"${coalesce(var.permissions_boundary_arn, "-")}\": it must be the ARN of a policy."
  }
}

variable "log_retention_days" {
  description = "Days that the state machine's logs are kept."
  type        = number
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}: CloudWatch Logs allows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and some years."
  }
}
