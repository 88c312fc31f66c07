# What the environments differ in is in tiers.tf, what the destinations differ in in destinations.auto.tfvars.

variable "workspace" {
  description = "Stands in for the workspace's name in `terraform test`, which has only the workspace `default`. Leave it out everywhere else."
  type        = string
  default     = null

  validation {
    condition     = var.workspace == null || terraform.workspace == "default"
    error_message = "workspace is for `TF_WORKSPACE=default terraform test` alone: here the workspace is ${terraform.workspace}, and `terraform workspace select` changes it."
  }

  validation {
    condition     = can(regex("^(dev|preprod|prod|local|(dev|local)-[a-z0-9-]+)$", coalesce(var.workspace, terraform.workspace)))
    error_message = "The workspace is called \"${coalesce(var.workspace, terraform.workspace)}\": it chooses the environment, so it must be dev, preprod or prod, dev-<name> for a further one like dev, or for an emulator local or local-<name>. Run `terraform workspace select -or-create dev`."
  }

  validation {
    condition     = length(coalesce(var.workspace, terraform.workspace)) <= 31
    error_message = "The workspace is called \"${coalesce(var.workspace, terraform.workspace)}\": it becomes part of bucket names, so it must be at most 31 characters."
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

variable "artifacts_dir" {
  description = "Folder with a zip per destination, named after it; absolute, or relative to this folder. `go tool task build` fills the default one."
  type        = string
  default     = "../dist"
  nullable    = false

  validation {
    condition     = can(regex("[^/]$", var.artifacts_dir))
    error_message = "artifacts_dir is \"${var.artifacts_dir}\": it must be the path of a folder, without a slash at its end."
  }
}

variable "artifacts_bucket" {
  description = "Bucket that has the zips of artifacts_dir already, each under the hash of its content: `go tool task deploy` puts them there. Without it Terraform sends the zips itself."
  type        = string
  default     = null

  validation {
    condition     = var.artifacts_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.artifacts_bucket))
    error_message = "artifacts_bucket is \"${coalesce(var.artifacts_bucket, "-")}\": it must be the name of a bucket, as `go tool task bootstrap` prints it."
  }
}

variable "live_versions" {
  description = "Versions that the functions' aliases point at, by destination, or replay, notify, migrate; of what is not in it, the newest. `go tool task deploy` gives those that run, and moves the aliases when ClickHouse has the schema that the newest need."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for version in values(var.live_versions) : can(regex("^[1-9][0-9]*$", version))])
    error_message = "live_versions must be numbers of versions: ${join(", ", [for function, version in var.live_versions : "${function} ${version}"])}."
  }
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

variable "permissions_boundary_arn" {
  description = "ARN of the policy that no role may exceed, whatever it is allowed. terraform/bootstrap makes one for each environment, without which its role for deployments may make no role; `go tool task deploy` gives it."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is \"${coalesce(var.permissions_boundary_arn, "-")}\": it must be the ARN of a policy."
  }
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

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alarm_emails must be e-mail addresses: ${join(", ", var.alarm_emails)}."
  }
}

variable "runbook_url" {
  description = "Address of the runbook that alarms link to: the folder modules/observability/runbook of this repository, without a slash at its end."
  type        = string
  default     = "https://github.com/rumline/rumline/blob/main/terraform/modules/observability/runbook"
  nullable    = false

  validation {
    condition     = can(regex("^https?://[^\\s]*[^\\s/]$", var.runbook_url))
    error_message = "runbook_url is \"${var.runbook_url}\": it must be an address that begins with https:// and does not end with a slash."
  }
}

variable "budget" {
  description = "US dollars that the account may cost in a month before people are told. Null for no budget."
  type        = object({ monthly_usd = number, emails = optional(list(string), []) })
  default     = null

  validation {
    condition     = var.budget == null ? true : var.budget.monthly_usd > 0 && alltrue([for address in var.budget.emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "budget is ${jsonencode(var.budget)}: it must have a positive monthly_usd, and emails that are addresses; null is no budget."
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
}

variable "access_log_expiry_days" {
  description = "Days that the log of who read and wrote the buckets' objects is kept."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.access_log_expiry_days >= 1 && floor(var.access_log_expiry_days) == var.access_log_expiry_days
    error_message = "access_log_expiry_days is ${var.access_log_expiry_days}: it must be a whole number of at least 1."
  }
}

variable "athena" {
  description = "The destination whose Parquet files Athena queries, if there is one of the name, and the gigabytes that one query may read."
  type = object({
    destination   = optional(string, "parquet")
    scan_limit_gb = optional(number, 100)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.athena.scan_limit_gb >= 1 && floor(var.athena.scan_limit_gb) == var.athena.scan_limit_gb
    error_message = "athena.scan_limit_gb is ${var.athena.scan_limit_gb}: it must be a whole number of at least 1."
  }
}

variable "quarantine_expiry_days" {
  description = "Days after which a quarantined record expires. Refused bytes can hold what an event may not, such as a query string."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.quarantine_expiry_days >= 1 && floor(var.quarantine_expiry_days) == var.quarantine_expiry_days
    error_message = "quarantine_expiry_days is ${var.quarantine_expiry_days}: it must be a whole number of at least 1."
  }
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
    condition     = alltrue([for name in keys(var.destinations) : !can(regex("^(${join("|", local.parts)})(-|$)", name))])
    error_message = "A destination may not be called ${join(", ", local.parts)}, nor begin so with a - behind: ${join(", ", keys(var.destinations))}."
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


variable "clickhouse" {
  description = "The ClickHouse that the destination of the name writes to: a `single` server, a `replicated` cluster of the name, or the `cloud`. In a network of yours, `vpc` has private subnets that reach it."
  type = object({
    destination = optional(string, "clickhouse")
    topology    = optional(string, "single")
    cluster     = optional(string)
    vpc         = optional(object({ subnet_ids = set(string), security_group_ids = set(string) }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["single", "replicated", "cloud"], var.clickhouse.topology)
    error_message = "clickhouse.topology is \"${var.clickhouse.topology}\": it must be single, replicated or cloud."
  }

  validation {
    condition     = (var.clickhouse.topology == "replicated") == (var.clickhouse.cluster != null)
    error_message = "clickhouse.cluster is ${var.clickhouse.cluster == null ? "missing" : "\"${coalesce(var.clickhouse.cluster, "-")}\""} with the topology ${var.clickhouse.topology}: a replicated ClickHouse needs the name of its cluster, and no other has one."
  }
}

variable "cost_coefficients" {
  description = "File with what events cost, relative to this folder: the forecast is reckoned from it. `go tool task cost:measure` makes the default one."
  type        = string
  default     = "../shared/cost/coefficients.json"
  nullable    = false
}
