variable "name" {
  description = "Name of the function and its role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "Function \"${var.name}\": a name must be at most 64 of a-z, A-Z, 0-9, - and _."
  }
}

variable "description" {
  description = "What the function does, in a sentence."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.description)) >= 1 && length(var.description) <= 256
    error_message = "Function ${var.name}: its description has ${length(var.description)} characters: it must be a sentence, and Lambda allows 256."
  }
}

variable "package" {
  description = "Path of the zip with the function's `bootstrap`."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket that has the zip already, under the key that the output artifact_key names. Without it the zip is sent with the call that makes the function."
  type        = string
  default     = null

  validation {
    condition     = var.artifacts_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.artifacts_bucket))
    error_message = "Function ${var.name}: artifacts_bucket is \"${coalesce(var.artifacts_bucket, "-")}\": it must be the name of a bucket."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key for the function's variables and logs, and for all that the function reads and writes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Function ${var.name}: kms_key_arn is \"${var.kms_key_arn}\": it must be the ARN of a key, since a role may not be told of an alias."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that the function's role may never exceed, whatever it is allowed."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/", var.permissions_boundary_arn))
    error_message = "Function ${var.name}: permissions_boundary_arn is \"${coalesce(var.permissions_boundary_arn, "-")}\": it must be the ARN of a policy."
  }
}

variable "vpc" {
  description = "Private subnets and security groups to run in. Without it the function runs outside any network of yours, and reaches the internet."
  type        = object({ subnet_ids = set(string), security_group_ids = set(string) })
  default     = null

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.subnet_ids) >= 2 && length(var.vpc.security_group_ids) >= 1
    error_message = "Function ${var.name}: vpc must have at least 2 subnet_ids, in different availability zones, and a security group."
  }
}

variable "architecture" {
  description = "Processor that the bootstrap is built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Function ${var.name}: architecture is \"${var.architecture}\": it must be arm64 or x86_64."
  }
}

variable "memory_mb" {
  description = "Memory of the function in MB; processor time is in proportion, one vCPU at 1,769 MB."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "Function ${var.name}: memory_mb is ${var.memory_mb}: Lambda allows 128 to 10240."
  }
}

variable "ephemeral_storage_mb" {
  description = "Size of the function's /tmp in MB."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.ephemeral_storage_mb >= 512 && var.ephemeral_storage_mb <= 10240
    error_message = "Function ${var.name}: ephemeral_storage_mb is ${var.ephemeral_storage_mb}: Lambda allows 512 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Seconds that one invocation may take."
  type        = number
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "Function ${var.name}: timeout_seconds is ${var.timeout_seconds}: Lambda allows 1 to 900."
  }
}

variable "environment" {
  description = "Environment variables of the function."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "Function ${var.name}: environment has ${join(", ", keys(var.environment))}: Lambda allows names of a-z, A-Z, 0-9 and _, a letter first."
  }
}

variable "permissions" {
  description = "What the function may do besides logging and tracing."
  type        = list(object({ sid = string, actions = list(string), resources = list(string) }))
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for action in flatten(var.permissions[*].actions) : can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))])
    error_message = "Function ${var.name}: permissions must name exact actions, without wildcards: ${join(", ", flatten(var.permissions[*].actions))}."
  }
}

variable "live_version" {
  description = "Version that the alias `live` points at. Without it, the one that this apply publishes."
  type        = string
  default     = null

  validation {
    condition     = var.live_version == null ? true : can(regex("^[1-9][0-9]*$", var.live_version))
    error_message = "Function ${var.name}: live_version is \"${coalesce(var.live_version, "-")}\": it must be the number of a version."
  }
}

variable "reserved_concurrency" {
  description = "Concurrent executions that the function is sure of, and held to. Without it, it shares the account's."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null ? true : var.reserved_concurrency >= 1
    error_message = "Function ${var.name}: reserved_concurrency is ${coalesce(var.reserved_concurrency, 0)}: the function would never run."
  }
}

variable "log_retention_days" {
  description = "Days that the function's logs are kept."
  type        = number
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Function ${var.name}: log_retention_days is ${var.log_retention_days}: CloudWatch Logs allows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and some years."
  }
}
