variable "bucket" {
  description = "Name of the raw bucket."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket is \"${var.bucket}\": it must be 3 to 63 of a-z, 0-9 and -, none of them - at either end."
  }
}

variable "topic" {
  description = "Name of the topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.topic))
    error_message = "topic is \"${var.topic}\": it must be at most 256 of a-z, A-Z, 0-9, - and _."
  }
}

variable "key_prefix" {
  description = "Key prefix that an object must have to be announced, and to expire."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.key_prefix, "/") && !startswith(var.key_prefix, "/")
    error_message = "key_prefix is \"${var.key_prefix}\": it must be a folder that ends in /, such as rum/."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key for objects and announcements. Its policy must let S3 use it for the bucket, or no object is announced."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is \"${var.kms_key_arn}\": it must be the ARN of a key, not of an alias."
  }
}

variable "access_log_bucket" {
  description = "Name of the bucket that takes the log of who read and wrote raw objects. Without it nobody keeps one."
  type        = string
  default     = null

  validation {
    condition     = var.access_log_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.access_log_bucket))
    error_message = "access_log_bucket is \"${coalesce(var.access_log_bucket, "-")}\": it must be the name of a bucket."
  }
}

variable "account_id" {
  description = "Account whose bucket may publish to the topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is \"${var.account_id}\": it must be 12 digits."
  }
}

variable "expiry_days" {
  description = "Days after which an object expires."
  type        = number
  nullable    = false

  validation {
    condition     = var.expiry_days >= 1 && floor(var.expiry_days) == var.expiry_days
    error_message = "expiry_days is ${var.expiry_days}: it must be a whole number of at least 1."
  }
}

variable "noncurrent_expiry_days" {
  description = "Days for which a version is kept after it was overwritten or has expired."
  type        = number
  nullable    = false

  validation {
    condition     = var.noncurrent_expiry_days >= 1 && floor(var.noncurrent_expiry_days) == var.noncurrent_expiry_days
    error_message = "noncurrent_expiry_days is ${var.noncurrent_expiry_days}: it must be a whole number of at least 1."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket may destroy the objects in it."
  type        = bool
  default     = false
  nullable    = false
}
