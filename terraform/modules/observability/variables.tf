variable "prefix" {
  description = "What the names of everything begin with: rumline-<workspace>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^rumline-[a-z][a-z0-9-]*$", var.prefix))
    error_message = "prefix is \"${var.prefix}\": it must be rumline-<workspace>."
  }
}

variable "environment" {
  description = "Environment that the functions' metrics carry as a dimension: no other in the account and region may have it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.environment))
    error_message = "environment is \"${var.environment}\": it must be of a-z, 0-9 and -, a letter first, such as the workspace's name."
  }
}

variable "region" {
  description = "AWS region that everything lives in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is \"${var.region}\": it must be like us-east-1."
  }
}

variable "account_id" {
  description = "Account that everything belongs to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is \"${var.account_id}\": it must be 12 digits."
  }
}

variable "emulator" {
  description = "Whether an emulator plays AWS. It has neither composite alarms, nor saved queries, nor budgets: these are left out."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key for the topic and the function. Its policy must let CloudWatch use it for the alarms, and AWS Budgets for the budget, or nobody is told."
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

# What is watched

variable "destinations" {
  description = "The destinations by name, with what there is to watch of each. Without a visibility timeout it is 6 × the function's timeout + the window."
  type = map(object({
    function_name              = string
    queue_name                 = string
    dlq_name                   = string
    log_group                  = string
    timeout_seconds            = number
    batch_window_seconds       = number
    visibility_timeout_seconds = optional(number)
    max_receive_count          = number
    queue_retention_days       = number
    reserved_concurrency       = number
  }))
  nullable = false

  validation {
    condition     = length(setintersection(keys(var.destinations), ["replay", "breaker", "notify", "alarms"])) == 0
    error_message = "A destination may not be called ${join(" or ", setintersection(keys(var.destinations), ["replay", "breaker", "notify", "alarms"]))}: its alarms would be named like those of that part."
  }

  validation {
    condition     = length(var.destinations) >= 1 && length(var.destinations) <= 10
    error_message = "There are ${length(var.destinations)} destinations: it must be 1 to 10, because an alarm that adds them up takes at most 10 metrics."
  }
}

variable "topic" {
  description = "Name of the topic that announces raw objects."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.topic))
    error_message = "topic is \"${var.topic}\": it must be the name of a topic."
  }
}

variable "raw_bucket" {
  description = "Name of the bucket that takes raw objects."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.raw_bucket))
    error_message = "raw_bucket is \"${var.raw_bucket}\": it must be the name of a bucket."
  }
}

variable "ledger_table" {
  description = "Name of the ledger's table."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.ledger_table))
    error_message = "ledger_table is \"${var.ledger_table}\": it must be the name of a table."
  }
}

variable "replay_state_machine_arn" {
  description = "ARN of the state machine that replays dead letters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:states:[a-z0-9-]+:[0-9]{12}:stateMachine:", var.replay_state_machine_arn))
    error_message = "replay_state_machine_arn is \"${var.replay_state_machine_arn}\": it must be the ARN of a state machine."
  }
}

variable "breaker_state_machine_arn" {
  description = "ARN of the state machine that opens and closes the circuit breakers."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:states:[a-z0-9-]+:[0-9]{12}:stateMachine:", var.breaker_state_machine_arn))
    error_message = "breaker_state_machine_arn is \"${var.breaker_state_machine_arn}\": it must be the ARN of a state machine."
  }
}

# When it is an alarm

variable "alarm_period_seconds" {
  description = "Seconds that one datapoint of an alarm is made of. CloudWatch has the metrics by the minute; an emulator may be in more of a hurry."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.alarm_period_seconds == 60 || (var.emulator && contains([10, 30], var.alarm_period_seconds))
    error_message = "alarm_period_seconds is ${var.alarm_period_seconds}: it must be 60, or with an emulator 10 or 30. The metrics of SQS and Lambda exist by the minute alone, and an alarm with a shorter period would never have data."
  }
}

variable "thresholds" {
  description = "Where alarms begin. The age of the oldest message is held against both of its thresholds."
  type = object({
    message_age_seconds           = optional(number, 3600)
    message_age_retention_percent = optional(number, 25)
    error_rate_percent            = optional(number, 5)
    duration_percent              = optional(number, 80)
    quarantine_rate_percent       = optional(number, 1)
    destination_down_percent      = optional(number, 50)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, value in var.thresholds : value > 0])
    error_message = "thresholds must be positive: ${join(", ", [for name, value in var.thresholds : "${name} is ${value}" if value <= 0])}."
  }

  validation {
    condition     = alltrue([for name, value in var.thresholds : value < 100 if endswith(name, "_percent")])
    error_message = "thresholds in percent must be below 100, or they are never passed: ${join(", ", [for name, value in var.thresholds : "${name} is ${value}" if endswith(name, "_percent") && value >= 100])}."
  }
}

variable "failure_codes" {
  description = "Codes of failures that get an alarm of their own, because a person has to look at each: those that trying again cannot help, and object_missing. The codes are those of shared/failure."
  type        = set(string)
  default = [
    "object_missing",
    "object_denied",
    "destination_refused",
    "ledger_refused",
    "quarantine_refused",
    "malformed_message",
  ]
  nullable = false

  validation {
    condition     = alltrue([for code in var.failure_codes : fileexists("${path.module}/runbook/failure-${replace(code, "_", "-")}.md")])
    error_message = "Every failure code needs a page in the runbook, which is missing for ${join(", ", [for code in var.failure_codes : code if !fileexists("${path.module}/runbook/failure-${replace(code, "_", "-")}.md")])}."
  }
}

# Who is told

variable "notify" {
  description = "The function that tells Slack: its zip, and the secret that has the webhook's URL."
  type = object({
    package            = string
    artifacts_bucket   = optional(string)
    live_version       = optional(string)
    webhook_secret_arn = string
    architecture       = optional(string, "arm64")
    log_level          = optional(string, "info")
    log_retention_days = number
    environment        = optional(map(string), {})
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:", var.notify.webhook_secret_arn))
    error_message = "notify.webhook_secret_arn is \"${var.notify.webhook_secret_arn}\": it must be the ARN of a secret."
  }
}

variable "alarm_emails" {
  description = "Addresses that get every alarm besides Slack. Without any, nobody learns that Slack itself cannot be reached. Each has to confirm once."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alarm_emails must be e-mail addresses: ${join(", ", var.alarm_emails)}."
  }
}

variable "runbook_url" {
  description = "Address of the folder with the runbook's pages, without a slash at its end."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https?://[^\\s]*[^\\s/]$", var.runbook_url))
    error_message = "runbook_url is \"${var.runbook_url}\": it must begin with https:// and not end with a slash."
  }
}

variable "budget" {
  description = "US dollars that the account may cost in a month, and who besides the topic is told when it does, or is about to. Null for no budget."
  type = object({
    monthly_usd = number
    emails      = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.budget == null ? true : var.budget.monthly_usd > 0
    error_message = "budget.monthly_usd is ${try(var.budget.monthly_usd, 0)}: it must be positive; budget = null is no budget."
  }
}
