variable "prefix" {
  description = "What the names of everything that the key encrypts begin with: rumline-<workspace>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^rumline-[a-z][a-z0-9-]*$", var.prefix))
    error_message = "prefix is \"${var.prefix}\": it must be rumline-<workspace>."
  }
}

variable "region" {
  description = "AWS region of the log groups, the topic and the alarms."
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

variable "raw_bucket" {
  description = "Name of the bucket whose notifications go to the encrypted topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.raw_bucket))
    error_message = "raw_bucket is \"${var.raw_bucket}\": it must be the name of a bucket."
  }
}

variable "topic" {
  description = "Name of the topic that fills the encrypted queues."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.topic))
    error_message = "topic is \"${var.topic}\": it must be the name of a topic."
  }
}

variable "force_destroy" {
  description = "Whether the key may be gone a week after it is destroyed, instead of 30 days. What it encrypted is unreadable from then on."
  type        = bool
  default     = false
  nullable    = false
}
