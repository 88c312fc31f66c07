variable "bucket" {
  description = "Name of the bucket."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket is \"${var.bucket}\": it must be 3 to 63 of a-z, 0-9 and -, none of them - at either end."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that objects are encrypted with. Without it S3's own key is used, which is all that a bucket of access logs may have."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is \"${coalesce(var.kms_key_arn, "-")}\": it must be the ARN of a key, not of an alias."
  }
}

variable "statements" {
  description = "What the bucket's policy allows or denies besides denying whatever does not come over TLS."
  type        = any
  default     = []
  nullable    = false

  validation {
    condition     = can([for statement in var.statements : "${statement.Sid} ${statement.Effect}"])
    error_message = "statements must be a list of policy statements, each with a Sid and an Effect."
  }
}

variable "access_log_bucket" {
  description = "Name of the bucket that takes the log of who read and wrote what, under a folder of this bucket's name. Without it nobody keeps one."
  type        = string
  default     = null

  validation {
    condition     = var.access_log_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.access_log_bucket))
    error_message = "access_log_bucket is \"${coalesce(var.access_log_bucket, "-")}\": it must be the name of a bucket."
  }
}

variable "key_prefix" {
  description = "Key prefix of the objects that move and expire by age. Without it all do."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)*$", var.key_prefix))
    error_message = "key_prefix is \"${var.key_prefix}\": it must be folders that each end in /, or nothing."
  }
}

variable "noncurrent_expiry_days" {
  description = "Days for which a version is kept after it was overwritten, deleted or has expired."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.noncurrent_expiry_days >= 1 && floor(var.noncurrent_expiry_days) == var.noncurrent_expiry_days
    error_message = "noncurrent_expiry_days is ${var.noncurrent_expiry_days}: it must be a whole number of at least 1."
  }
}

variable "transitions" {
  description = "Cheaper storage classes, each with the age in days from which an object moves there."
  type        = list(object({ days = number, storage_class = string }))
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for transition in var.transitions :
      contains(["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], transition.storage_class)
    ])
    error_message = "Unknown storage class: ${join(", ", var.transitions[*].storage_class)}. S3 has STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER and DEEP_ARCHIVE."
  }

  validation {
    condition = alltrue([
      for transition in var.transitions :
      transition.days >= (endswith(transition.storage_class, "_IA") ? 30 : 0)
    ])
    error_message = "S3 moves nothing to STANDARD_IA or ONEZONE_IA before it is 30 days old: ${join(", ", [for transition in var.transitions : "${transition.storage_class} from day ${transition.days}"])}."
  }
}

variable "expiry_days" {
  description = "Days after which an object expires. Without it objects stay for good."
  type        = number
  default     = null

  validation {
    condition     = var.expiry_days == null ? true : var.expiry_days >= 1 && floor(var.expiry_days) == var.expiry_days
    error_message = "expiry_days is ${coalesce(var.expiry_days, 0)}: it must be a whole number of at least 1."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket may destroy the objects in it."
  type        = bool
  default     = false
  nullable    = false
}
