# What the environments differ in is set in environments/, what the destinations differ in in destinations.auto.tfvars.

variable "environment" {
  description = "Which environment the settings are for: dev, preprod, prod or local. It must be the workspace's name; local also goes with any workspace called local-*."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["dev", "preprod", "prod", "local"], var.environment)
    error_message = "environment is \"${var.environment}\": it must be dev, preprod, prod or local."
  }

  validation {
    condition     = local.workspace == var.environment || (var.environment == "local" && startswith(local.workspace, "local-"))
    error_message = "These are the settings of ${var.environment}, but the workspace is ${local.workspace}: run `terraform workspace select ${var.environment}`, or give the var-file of ${local.workspace}."
  }
}

variable "workspace" {
  description = "Stands in for the workspace's name in `terraform test`, which has only the workspace `default`. Leave it out everywhere else."
  type        = string
  default     = null

  validation {
    condition     = var.workspace == null || terraform.workspace == "default"
    error_message = "workspace is for `TF_WORKSPACE=default terraform test` alone: here the workspace is ${terraform.workspace}, and `terraform workspace select` changes it."
  }

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", coalesce(var.workspace, terraform.workspace)))
    error_message = "The workspace is called \"${coalesce(var.workspace, terraform.workspace)}\": it becomes part of bucket names, so at most 31 of a-z, 0-9 and -, a letter first."
  }
}

variable "region" {
  description = "AWS region that everything lives in."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is \"${var.region}\": it must look like us-east-1."
  }
}

variable "emulator" {
  description = "Whether AWS_ENDPOINT_URL leads to an emulator instead of AWS."
  type        = bool
  default     = false
  nullable    = false
}

variable "artifacts_dir" {
  description = "Folder with a zip per destination, named after it; absolute, or relative to this folder. `go tool task build` fills the default one."
  type        = string
  default     = "../dist"
  nullable    = false
}

variable "architecture" {
  description = "Processor that the zips are built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is \"${var.architecture}\": it must be arm64 or x86_64."
  }
}

variable "log_level" {
  description = "Least severe level that the functions log: debug, info, warn or error."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "log_level is \"${var.log_level}\": it must be debug, info, warn or error."
  }
}

variable "log_retention_days" {
  description = "Days that the functions' logs are kept."
  type        = number
  nullable    = false
}

variable "reserved_concurrency" {
  description = "Concurrent executions that each function is sure of, and held to."
  type        = number
  nullable    = false
}

variable "maximum_concurrency" {
  description = "Concurrent executions that each queue may use of its function's reserved_concurrency. What is left over serves invocations by hand."
  type        = number
  nullable    = false
}

variable "alarm_period_seconds" {
  description = "Seconds that one datapoint of an alarm is made of: 60, or with an emulator 10."
  type        = number
  default     = 60
  nullable    = false
}

variable "alarm_thresholds" {
  description = "Where alarms begin, in place of the defaults of modules/observability."
  type        = map(number)
  default     = {}
  nullable    = false

  # An object would drop a name that it does not know, and the alarm would begin where it always did.
  validation {
    condition     = length(setsubtract(keys(var.alarm_thresholds), local.alarm_thresholds)) == 0
    error_message = "alarm_thresholds has ${join(", ", setsubtract(keys(var.alarm_thresholds), local.alarm_thresholds))}: it may have ${join(", ", local.alarm_thresholds)}."
  }
}

variable "alarm_emails" {
  description = "Addresses that get every alarm besides Slack: the only way to learn that Slack cannot be reached."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "runbook_url" {
  description = "Address of the runbook that alarms link to: the folder modules/observability/runbook of this repository, without a slash at its end."
  type        = string
  default     = "https://github.com/rumline/rumline/blob/main/terraform/modules/observability/runbook"
  nullable    = false
}

variable "replay" {
  description = "How patient the replay is: the least seconds between two automatic ones of a destination, and the most between two probes of a destination that is not well."
  type = object({
    cooldown_seconds        = optional(number, 900)
    probe_max_delay_seconds = optional(number, 300)
  })
  default  = {}
  nullable = false
}

variable "breaker" {
  description = "How patient the circuit breaker is: the seconds to its first probe and the most between two, and how long messages flow at a concurrency of 2 before the probe that closes it, when it looks whether its alarm has ended, and after which time it gives up."
  type = object({
    probe_first_seconds = optional(number, 10)
    probe_max_seconds   = optional(number, 40)
    half_open_seconds   = optional(number, 40)
    settle_seconds      = optional(number, 240)
    max_open_seconds    = optional(number, 36000)
  })
  default  = {}
  nullable = false
}

variable "budget" {
  description = "US dollars that the account may cost in a month before people are told. Null for no budget."
  type        = object({ monthly_usd = number, emails = optional(list(string), []) })
  default     = null
}

variable "raw_expiry_days" {
  description = "Days after which a raw object expires. It must outlive every message that points at it, in the queue and then in the dead-letter queue."
  type        = number
  nullable    = false

  validation {
    condition     = alltrue([for days in values(local.message_days) : var.raw_expiry_days > days])
    error_message = "raw_expiry_days is ${var.raw_expiry_days}: raw objects must outlive the messages that point at them. ${join(" ", [for name, days in local.message_days : "Destination ${name} keeps one for up to ${days} days (${local.destinations[name].queue_retention_days} in the queue, ${local.destinations[name].dlq_retention_days} in the dead-letter queue)." if var.raw_expiry_days <= days])}"
  }
}

variable "ledger_retention_days" {
  description = "Days for which the ledger remembers what was delivered; raw_expiry_days and a week without it. An object that it has forgotten would be delivered again when it is announced again, so it must outlive the raw objects."
  type        = number
  default     = null

  validation {
    condition     = var.ledger_retention_days == null ? true : floor(var.ledger_retention_days) == var.ledger_retention_days
    error_message = "ledger_retention_days is ${coalesce(var.ledger_retention_days, 0)}: it must be a whole number."
  }

  # S3 takes expired objects away once a day, and a day or two late.
  validation {
    condition     = var.ledger_retention_days == null ? true : var.ledger_retention_days >= var.raw_expiry_days + 3
    error_message = "ledger_retention_days is ${coalesce(var.ledger_retention_days, 0)}, raw_expiry_days is ${var.raw_expiry_days}: the ledger must outlive the raw objects by 3 days, or a backfill would deliver the oldest twice."
  }
}

variable "quarantine_expiry_days" {
  description = "Days after which a quarantined record expires. Refused bytes can hold what an event may not, such as a query string."
  type        = number
  default     = 90
  nullable    = false
}

variable "output_transitions" {
  description = "Cheaper storage classes for the output buckets, each with the age in days from which an object moves there."
  type        = list(object({ days = number, storage_class = string }))
  default     = []
  nullable    = false
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may take data along: empties buckets, deletes the ledger, and drops secrets at once instead of after 30 days."
  type        = bool
  default     = false
  nullable    = false
}

variable "destinations" {
  description = "The destinations by name. `output` has a bucket of that name created and lets the function put objects under the prefix (RUMLINE_OUTPUT_BUCKET, RUMLINE_OUTPUT_PREFIX). `secret` has a secret of that name created and lets the function read it: secret a-b arrives as RUMLINE_A_B_SECRET. `environment` adds variables of the function's own."
  type = map(object({
    output      = optional(object({ bucket = string, prefix = optional(string, "events/") }))
    secret      = optional(string)
    environment = optional(map(string), {})

    # A batch goes to the function when it is full or when the window is over.
    batch_size           = optional(number, 1000)
    batch_window_seconds = optional(number, 30)

    # 1,769 MB is where Lambda gives one full vCPU.
    memory_mb            = optional(number, 1769)
    timeout_seconds      = optional(number, 120)
    ephemeral_storage_mb = optional(number, 512)

    # After max_receive_count failed attempts a message moves to the dead-letter queue. Without a visibility timeout it
    # is 6 × the function's timeout + the window.
    max_receive_count          = optional(number, 5)
    visibility_timeout_seconds = optional(number)
    queue_retention_days       = optional(number, 4)
    dlq_retention_days         = optional(number, 14)
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.destinations) : can(regex("^[a-z][a-z0-9-]{0,19}$", name)) && !endswith(name, "-dlq")])
    error_message = "A destination's name must be at most 20 of a-z, 0-9 and -, a letter first, and not end in -dlq: ${join(", ", keys(var.destinations))}."
  }

  # They would have the names of what is there once for all destinations, such as the role <prefix>-replay-start.
  validation {
    condition     = alltrue([for name in keys(var.destinations) : !can(regex("^(replay|breaker|notify|alarms|ledger)(-|$)", name))])
    error_message = "A destination may not be called replay, breaker, notify, alarms or ledger, nor begin so with a - behind: ${join(", ", keys(var.destinations))}."
  }

  validation {
    condition     = alltrue([for d in values(var.destinations) : d.output == null || (can(regex("^[a-z][a-z0-9]{0,7}$", d.output.bucket)) && try(d.output.bucket, "") != "raw")])
    error_message = "An output bucket's name must be at most 8 of a-z and 0-9, a letter first, and not raw: ${join(", ", [for name, d in var.destinations : "${d.output.bucket} of ${name}" if d.output != null])}."
  }

  validation {
    condition     = alltrue([for d in values(var.destinations) : d.output == null || can(regex("^([A-Za-z0-9_-]+/)+$", d.output.prefix))])
    error_message = "An output prefix must be folders that each end in /, such as events/: ${join(", ", [for name, d in var.destinations : "\"${d.output.prefix}\" of ${name}" if d.output != null])}."
  }

  validation {
    condition     = length(distinct([for d in values(var.destinations) : d.output if d.output != null])) == length([for d in values(var.destinations) : d if d.output != null])
    error_message = "Two destinations write to the same place: ${join(", ", [for name, d in var.destinations : "${d.output.bucket}/${d.output.prefix} of ${name}" if d.output != null])}."
  }

  validation {
    condition     = alltrue([for d in values(var.destinations) : d.secret == null || can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", d.secret))])
    error_message = "A secret's name must be of a-z, 0-9 and -, a letter first: ${join(", ", [for name, d in var.destinations : "${d.secret} of ${name}" if d.secret != null])}."
  }

  validation {
    condition     = alltrue([for d in values(var.destinations) : d.secret == null || try(d.secret, "") != local.webhook_secret])
    error_message = "A destination's secret may not be called ${local.webhook_secret}: it would be Slack's webhook, which no destination may read."
  }
}

variable "destination_overrides" {
  description = "Settings that replace those of every destination in one environment, such as a short window where nobody wants to wait."
  type = object({
    batch_size           = optional(number)
    batch_window_seconds = optional(number)
    timeout_seconds      = optional(number)
    max_receive_count    = optional(number)
  })
  default  = {}
  nullable = false
}
