variable "name" {
  description = "Name of the table."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.name))
    error_message = "name is \"${var.name}\": it must be 3 to 255 of a-z, A-Z, 0-9, -, _ and dots."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that the table is encrypted with. Whoever uses the table needs kms:Decrypt on it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is \"${var.kms_key_arn}\": it must be the ARN of a key, not of an alias."
  }
}

variable "force_destroy" {
  description = "Whether the table may be destroyed. With it goes the memory of what was delivered."
  type        = bool
  default     = false
  nullable    = false
}
