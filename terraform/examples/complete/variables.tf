variable "name" {
  description = "What the on-call's commands call this pipeline: ENV=<name>. Everything is called rumline-<name>, and metrics carry it as the dimension Environment."
  type        = string
  default     = "shop"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.name))
    error_message = "name is \"${var.name}\": it becomes part of bucket names, so it must be at most 31 of a-z, 0-9 and -, a letter first."
  }
}

variable "region" {
  description = "AWS region that everything lives in."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is \"${var.region}\": it must be like us-east-1."
  }
}

variable "artifacts_dir" {
  description = "Folder with the functions' zips, which `go tool task build` makes or a release has. Not absolute: the path is kept in the state."
  type        = string
  default     = "../../../dist"
  nullable    = false

  validation {
    condition     = can(regex("^[^/].*[^/]$", var.artifacts_dir))
    error_message = "artifacts_dir is \"${var.artifacts_dir}\": it must be the path of a folder, not absolute and without a slash at its end."
  }
}

variable "alarm_emails" {
  description = "Addresses that get every alarm besides Slack. Each has to confirm once."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alarm_emails must be e-mail addresses: ${join(", ", var.alarm_emails)}."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may take data along: objects, ledger, key."
  type        = bool
  default     = false
  nullable    = false
}
