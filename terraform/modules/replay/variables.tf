variable "name" {
  description = "Name of the state machine and the function; the rules and roles are called that with something behind it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,57}$", var.name))
    error_message = "Replay: its resources' name \"${var.name}\" must be at most 57 of a-z, A-Z, 0-9, - and _."
  }
}

variable "workspace" {
  description = "Workspace whose deployment Parameter Store describes under /rumline/<workspace>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.workspace))
    error_message = "Replay: workspace is \"${var.workspace}\": it must be at most 31 of a-z, 0-9 and -, a letter first."
  }
}

variable "destinations" {
  description = "The destinations whose dead-letter queues are replayed: the aliases of their functions, and the alarms that start a replay."
  type = map(object({
    alias_arn       = string
    dlq_arn         = string
    alarm_name      = string
    timeout_seconds = number
  }))
  nullable = false

  validation {
    condition     = alltrue([for destination in values(var.destinations) : destination.timeout_seconds <= 900 - 120])
    error_message = "Replay: a batch takes the destination's timeout_seconds and up to 120 s around it, and Lambda allows 900 s: ${join(", ", [for name, destination in var.destinations : "${name} has ${destination.timeout_seconds}" if destination.timeout_seconds > 900 - 120])}."
  }

  validation {
    condition     = alltrue([for name in keys(var.destinations) : length(name) + length(var.name) < 64])
    error_message = "Replay: the rules' names, \"${var.name}-<destination>\", must be at most 64 characters: ${join(", ", keys(var.destinations))}."
  }
}

# What the steps use besides

variable "ledger_table_arn" {
  description = "ARN of the ledger's table: why objects failed, and whose turn it is."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]+$", var.ledger_table_arn))
    error_message = "Replay: ledger_table_arn is \"${var.ledger_table_arn}\": it must be the ARN of a table."
  }
}

variable "quarantine_bucket_arn" {
  description = "ARN of the bucket that takes parked messages."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.quarantine_bucket_arn))
    error_message = "Replay: quarantine_bucket_arn is \"${var.quarantine_bucket_arn}\": it must be the ARN of a bucket."
  }
}

variable "parked_prefix" {
  description = "Key prefix of parked messages."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([^/]+/)+$", var.parked_prefix))
    error_message = "Replay: parked_prefix is \"${var.parked_prefix}\": it must be a folder with its closing slash."
  }
}

variable "alarm_topic_arn" {
  description = "ARN of the topic that reports go to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "Replay: alarm_topic_arn is \"${var.alarm_topic_arn}\": it must be the ARN of a topic."
  }
}

# The function

variable "package" {
  description = "Path of the zip with the function's `bootstrap`."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket that has the zip already, under the hash of its content. Without it the zip is sent with the call that makes the function."
  type        = string
  default     = null

  validation {
    condition     = var.artifacts_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.artifacts_bucket))
    error_message = "Replay: artifacts_bucket is \"${coalesce(var.artifacts_bucket, "-")}\": it must be the name of a bucket."
  }
}

variable "live_version" {
  description = "Version that the alias `live` points at. Without it, the one that this apply publishes."
  type        = string
  default     = null

  validation {
    condition     = var.live_version == null ? true : can(regex("^[1-9][0-9]*$", var.live_version))
    error_message = "live_version is \"${coalesce(var.live_version, "-")}\": it must be the number of a version."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key for the function's variables and the logs, and for the queues, the table, the bucket and the topic that it uses."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Replay: kms_key_arn is \"${var.kms_key_arn}\": it must be the ARN of a key, not of an alias."
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

variable "architecture" {
  description = "Processor that the bootstrap is built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Replay: architecture is \"${var.architecture}\": it must be arm64 or x86_64."
  }
}

variable "memory_mb" {
  description = "Memory of the function in MB. It holds a batch of messages, and mostly waits for the destination's function."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "Replay: memory_mb is ${var.memory_mb}: Lambda allows 128 to 10240."
  }
}

variable "log_level" {
  description = "Least level of the function's log lines."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "Replay: log_level is \"${var.log_level}\": it must be debug, info, warn or error."
  }
}

variable "log_retention_days" {
  description = "Days that the logs of the function and of the state machine are kept."
  type        = number
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Replay: log_retention_days is ${var.log_retention_days}: CloudWatch Logs allows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and some years."
  }
}

# How patient it is

variable "cooldown_seconds" {
  description = "Least time between two automatic replays of a destination. It doubles with each attempt that leaves messages."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.cooldown_seconds >= 1 && var.cooldown_seconds <= 86400
    error_message = "Replay: cooldown_seconds is ${var.cooldown_seconds}: it must be 1 to 86400."
  }
}

variable "attempts" {
  description = "How often an automatic replay tries again what it has left, before it gives up and tells people."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = var.attempts >= 0 && var.attempts <= 10
    error_message = "Replay: attempts is ${var.attempts}: it must be 0 to 10."
  }
}

variable "probe_retry" {
  description = "How a destination that is not well is asked again, with full jitter: about two hours, on average."
  type        = object({ interval_seconds = number, max_delay_seconds = number, max_attempts = number })
  default     = { interval_seconds = 5, max_delay_seconds = 300, max_attempts = 53 }
  nullable    = false

  validation {
    condition     = var.probe_retry.interval_seconds >= 1 && var.probe_retry.max_delay_seconds > var.probe_retry.interval_seconds && var.probe_retry.max_attempts >= 1
    error_message = "Replay: probe_retry must have an interval of at least 1 s, a greater max_delay_seconds, and an attempt: ${jsonencode(var.probe_retry)}."
  }
}

variable "throttled_retry" {
  description = "How a batch is tried again when the destination's function has no execution to spare."
  type        = object({ interval_seconds = number, max_delay_seconds = number, max_attempts = number })
  default     = { interval_seconds = 2, max_delay_seconds = 60, max_attempts = 12 }
  nullable    = false

  validation {
    condition     = var.throttled_retry.interval_seconds >= 1 && var.throttled_retry.max_delay_seconds > var.throttled_retry.interval_seconds && var.throttled_retry.max_attempts >= 1
    error_message = "Replay: throttled_retry must have an interval of at least 1 s, a greater max_delay_seconds, and an attempt: ${jsonencode(var.throttled_retry)}."
  }
}

variable "failed_retry" {
  description = "How a batch is tried again when the destination's function fails, before a smaller one is tried."
  type        = object({ interval_seconds = number, max_delay_seconds = number, max_attempts = number })
  default     = { interval_seconds = 5, max_delay_seconds = 20, max_attempts = 2 }
  nullable    = false

  validation {
    condition     = var.failed_retry.interval_seconds >= 1 && var.failed_retry.max_delay_seconds > var.failed_retry.interval_seconds && var.failed_retry.max_attempts >= 1
    error_message = "Replay: failed_retry must have an interval of at least 1 s, a greater max_delay_seconds, and an attempt: ${jsonencode(var.failed_retry)}."
  }
}

variable "step_retry" {
  description = "How a step is tried again when AWS does not do what it asks for."
  type        = object({ interval_seconds = number, max_delay_seconds = number, max_attempts = number })
  default     = { interval_seconds = 2, max_delay_seconds = 60, max_attempts = 6 }
  nullable    = false

  validation {
    condition     = var.step_retry.interval_seconds >= 1 && var.step_retry.max_delay_seconds > var.step_retry.interval_seconds && var.step_retry.max_attempts >= 1
    error_message = "Replay: step_retry must have an interval of at least 1 s, a greater max_delay_seconds, and an attempt: ${jsonencode(var.step_retry)}."
  }
}
