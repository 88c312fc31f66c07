resource "aws_iam_role" "main" {
  name        = var.name
  description = "Lambda function ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "main" {
  name = "deliver"
  role = aws_iam_role.main.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for permission in concat(local.permissions, var.permissions) : {
        Sid      = permission.sid
        Effect   = "Allow"
        Action   = permission.actions
        Resource = permission.resources
      }
    ]
  })
}

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
    {
      sid       = "WriteLogs"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.main.arn}:*"]
    },
    {
      # X-Ray has no resources to name.
      sid       = "WriteTraces"
      actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources = ["*"]
    },
  ]
}
