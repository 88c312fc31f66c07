variable "destination" {
  description = "What the destination is called among people: in descriptions and error messages."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.destination))
    error_message = "destination is \"${var.destination}\": it must be of a-z, 0-9 and -, a letter first."
  }
}

variable "name" {
  description = "Name of the queue, the function and the role. The dead-letter queue is called that with -dlq behind it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "Destination ${var.destination}: its resources' name \"${var.name}\" must be at most 64 of a-z, A-Z, 0-9, - and _."
  }
}

# Where the messages come from

variable "topic_arn" {
  description = "ARN of the topic that announces raw objects."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.topic_arn))
    error_message = "Destination ${var.destination}: topic_arn is \"${var.topic_arn}\": it must be the ARN of a topic."
  }
}

variable "raw_bucket_arn" {
  description = "ARN of the bucket with the raw objects."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.raw_bucket_arn))
    error_message = "Destination ${var.destination}: raw_bucket_arn is \"${var.raw_bucket_arn}\": it must be the ARN of a bucket."
  }
}

variable "raw_prefix" {
  description = "Key prefix of the raw objects that the function may read."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)+$", var.raw_prefix))
    error_message = "Destination ${var.destination}: raw_prefix is \"${var.raw_prefix}\": it must be folders that each end in /."
  }
}

# The function

variable "package" {
  description = "Path of the zip with the function's `bootstrap`."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket that has the zip already, under the hash of its content. Without it the zip is sent with the call that makes the function."
  type        = string
  default     = null

  validation {
    condition     = var.artifacts_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.artifacts_bucket))
    error_message = "Destination ${var.destination}: artifacts_bucket is \"${coalesce(var.artifacts_bucket, "-")}\": it must be the name of a bucket."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key for queues, logs and the function's variables, and for all that the function reads and writes. Its policy must let SNS use it for the topic, or no message arrives."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Destination ${var.destination}: kms_key_arn is \"${var.kms_key_arn}\": it must be the ARN of a key, not of an alias."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that the function's role may never exceed, whatever it is allowed."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/", var.permissions_boundary_arn))
    error_message = "Destination ${var.destination}: permissions_boundary_arn is \"${coalesce(var.permissions_boundary_arn, "-")}\": it must be the ARN of a policy."
  }
}

variable "vpc" {
  description = "Private subnets and security groups for the function to run in, when what it writes to is in there. Without it the function runs outside any network of yours."
  type        = object({ subnet_ids = set(string), security_group_ids = set(string) })
  default     = null
}

variable "architecture" {
  description = "Processor that the bootstrap is built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Destination ${var.destination}: architecture is \"${var.architecture}\": it must be arm64 or x86_64."
  }
}

variable "memory_mb" {
  description = "Memory of the function in MB; processor time is in proportion, one vCPU at 1,769 MB."
  type        = number
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "Destination ${var.destination}: memory_mb is ${var.memory_mb}: Lambda allows 128 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Seconds that one invocation may take."
  type        = number
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "Destination ${var.destination}: timeout_seconds is ${var.timeout_seconds}: Lambda allows 1 to 900."
  }
}

variable "ephemeral_storage_mb" {
  description = "Size of the function's /tmp in MB."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.ephemeral_storage_mb >= 512 && var.ephemeral_storage_mb <= 10240
    error_message = "Destination ${var.destination}: ephemeral_storage_mb is ${var.ephemeral_storage_mb}: Lambda allows 512 to 10240."
  }
}

variable "environment" {
  description = "Environment variables of the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "permissions" {
  description = "What the function may do besides taking from its queue, reading raw objects, logging and tracing."
  type        = list(object({ sid = string, actions = list(string), resources = list(string) }))
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for action in flatten(var.permissions[*].actions) : can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))])
    error_message = "Destination ${var.destination}: permissions must name exact actions, without wildcards: ${join(", ", flatten(var.permissions[*].actions))}."
  }
}

variable "live_version" {
  description = "Version that the alias `live` points at. Without it, the one that this apply publishes."
  type        = string
  default     = null

  validation {
    condition     = var.live_version == null ? true : can(regex("^[1-9][0-9]*$", var.live_version))
    error_message = "Destination ${var.destination}: live_version is \"${coalesce(var.live_version, "-")}\": it must be the number of a version."
  }
}

variable "reserved_concurrency" {
  description = "Concurrent executions that the function is sure of, and held to."
  type        = number
  nullable    = false

  validation {
    condition     = var.reserved_concurrency >= var.maximum_concurrency
    error_message = "Destination ${var.destination}: reserved_concurrency is ${var.reserved_concurrency}, below the queue's maximum_concurrency of ${var.maximum_concurrency}: throttled messages would use up their attempts and be dead-lettered untried."
  }
}

variable "log_retention_days" {
  description = "Days that the function's logs are kept."
  type        = number
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Destination ${var.destination}: log_retention_days is ${var.log_retention_days}: CloudWatch Logs allows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and some years."
  }
}

# The queue and how it hands out batches

variable "batch_size" {
  description = "Messages that one invocation gets at most."
  type        = number
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10000
    error_message = "Destination ${var.destination}: batch_size is ${var.batch_size}: Lambda allows 1 to 10000."
  }
}

variable "batch_window_seconds" {
  description = "Seconds to wait at most for a batch to become full."
  type        = number
  nullable    = false

  validation {
    condition     = var.batch_window_seconds >= 0 && var.batch_window_seconds <= 300
    error_message = "Destination ${var.destination}: batch_window_seconds is ${var.batch_window_seconds}: Lambda allows 0 to 300."
  }

  validation {
    condition     = var.batch_size <= 10 || var.batch_window_seconds >= 1
    error_message = "Destination ${var.destination}: batch_window_seconds is ${var.batch_window_seconds} with a batch_size of ${var.batch_size}: above 10 messages Lambda wants a window of at least 1 s."
  }
}

variable "maximum_concurrency" {
  description = "Batches of this queue that are worked on at the same time, at most."
  type        = number
  nullable    = false

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000
    error_message = "Destination ${var.destination}: maximum_concurrency is ${var.maximum_concurrency}: Lambda allows 2 to 1000."
  }
}

variable "visibility_timeout_seconds" {
  description = "Seconds for which a message that was handed out stays hidden. Without it, 6 × timeout_seconds + batch_window_seconds."
  type        = number
  default     = null

  validation {
    condition     = var.visibility_timeout_seconds == null ? true : var.visibility_timeout_seconds >= 6 * var.timeout_seconds
    error_message = "Destination ${var.destination}: visibility_timeout_seconds is ${coalesce(var.visibility_timeout_seconds, 0)}, below 6 × the function's timeout of ${var.timeout_seconds} s = ${6 * var.timeout_seconds} s."
  }

  validation {
    condition     = var.visibility_timeout_seconds == null ? true : var.visibility_timeout_seconds <= 43200
    error_message = "Destination ${var.destination}: visibility_timeout_seconds is ${coalesce(var.visibility_timeout_seconds, 0)}: SQS allows at most 43200."
  }
}

variable "max_receive_count" {
  description = "Attempts after which a message moves to the dead-letter queue."
  type        = number
  nullable    = false

  validation {
    condition     = var.max_receive_count >= 1 && var.max_receive_count <= 1000
    error_message = "Destination ${var.destination}: max_receive_count is ${var.max_receive_count}: SQS allows 1 to 1000."
  }

  validation {
    condition     = (var.max_receive_count - 1) * local.visibility_timeout_seconds >= 300
    error_message = "Destination ${var.destination}: max_receive_count is ${var.max_receive_count}: the last attempt comes (${var.max_receive_count} - 1) × ${local.visibility_timeout_seconds} s of visibility timeout after the first, and that must be at least 300 s. The alarm that opens the circuit breaker needs up to 3 minutes: in an outage, messages would be dead-lettered before it stops them."
  }
}

variable "queue_retention_days" {
  description = "Days that a message waits in the queue before SQS drops it."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.queue_retention_days >= 1 && var.queue_retention_days <= 14
    error_message = "Destination ${var.destination}: queue_retention_days is ${var.queue_retention_days}: it must be 1 to 14."
  }
}

variable "dlq_retention_days" {
  description = "Days that a message waits in the dead-letter queue before SQS drops it, counted from when it was first sent."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.dlq_retention_days <= 14
    error_message = "Destination ${var.destination}: dlq_retention_days is ${var.dlq_retention_days}: SQS allows at most 14."
  }

  validation {
    condition     = var.dlq_retention_days > var.queue_retention_days
    error_message = "Destination ${var.destination}: dlq_retention_days is ${var.dlq_retention_days}, not above queue_retention_days of ${var.queue_retention_days}: a message's age goes on counting in the dead-letter queue, so it could be dropped as it arrives."
  }
}
