# What every destination needs. Each has its own in var.permissions.
locals {
  permissions = [
    {
      sid       = "TakeFromQueue"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [local.queue_arn]
    },
    {
      sid       = "ReadRawObjects"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${var.raw_bucket_arn}/${var.raw_prefix}*"]
    },
    {
      # Who may not list is told 403 instead of 404 about an object that is gone. A condition on the prefix would never
      # hold there, because a GetObject carries none.
      sid       = "TellMissingFromForbidden"
      actions   = ["s3:ListBucket"]
      resources = [var.raw_bucket_arn]
    },
  ]
}
