variable "name" {
  description = "Name of the workgroup; the database is called so with _ for -."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,127}$", var.name))
    error_message = "name is \"${var.name}\": it must be at most 128 of a-z, 0-9 and -, a letter first."
  }
}

variable "lake_bucket" {
  description = "Name of the bucket with the Parquet files."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.lake_bucket))
    error_message = "lake_bucket is \"${var.lake_bucket}\": it must be the name of a bucket."
  }
}

variable "lake_prefix" {
  description = "Key prefix of the files, above dt=…/hour=…/."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9_-]+/)+$", var.lake_prefix))
    error_message = "lake_prefix is \"${var.lake_prefix}\": it must be folders that each end in /, such as events/."
  }
}

variable "results_bucket" {
  description = "Name of the bucket that is made for what queries return. It is gone after a week."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.results_bucket))
    error_message = "results_bucket is \"${var.results_bucket}\": it must be the name of a bucket."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that results are encrypted with. Whoever queries needs kms:Decrypt and kms:GenerateDataKey on it, and kms:Decrypt for the lake."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is \"${var.kms_key_arn}\": it must be the ARN of a key, not of an alias."
  }
}

variable "access_log_bucket" {
  description = "Name of the bucket that takes the log of who read results. Without it nobody keeps one."
  type        = string
  default     = null

  validation {
    condition     = var.access_log_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.access_log_bucket))
    error_message = "access_log_bucket is \"${coalesce(var.access_log_bucket, "-")}\": it must be the name of a bucket."
  }
}

variable "scan_limit_gb" {
  description = "Gigabytes that one query may read before Athena ends it, at $5 a terabyte."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.scan_limit_gb >= 1 && floor(var.scan_limit_gb) == var.scan_limit_gb
    error_message = "scan_limit_gb is ${var.scan_limit_gb}: it must be a whole number of at least 1."
  }
}

variable "saved_queries" {
  description = "Whether there are saved queries. An emulator cannot take them away again."
  type        = bool
  default     = true
  nullable    = false
}
