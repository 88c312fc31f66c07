# The key that everything of an environment is encrypted with. Who may use it is what this policy says of services, and what
# the functions' roles say of themselves.

data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition

  # Resources are named instead of asked for: the key comes before them.
  in_region = "${var.region}:${var.account_id}"

  # Services that hand messages on use the key under their own name, on behalf of what aws:SourceArn names.
  senders = [
    {
      sid     = "RawBucketAnnounces"
      service = "s3.amazonaws.com"
      source  = "arn:${local.partition}:s3:::${var.raw_bucket}"
    },
    {
      sid     = "TopicFillsQueues"
      service = "sns.amazonaws.com"
      source  = "arn:${local.partition}:sns:${local.in_region}:${var.topic}"
    },
    {
      sid     = "AlarmsAreTold"
      service = "cloudwatch.amazonaws.com"
      source  = "arn:${local.partition}:cloudwatch:${local.in_region}:alarm:${var.prefix}*"
    },
    {
      sid     = "BudgetIsTold"
      service = "budgets.amazonaws.com"
      source  = "arn:${local.partition}:budgets::${var.account_id}:*"
    },
  ]
}

resource "aws_kms_key" "main" {
  description             = "Everything of ${var.prefix}"
  enable_key_rotation     = true
  deletion_window_in_days = var.force_destroy ? 7 : 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        # IAM decides about the account's own principals. Without this statement nobody could change the policy any more.
        # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        Sid       = "AccountDecides"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${var.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      }],
      [for sender in local.senders : {
        Sid       = sender.sid
        Effect    = "Allow"
        Principal = { Service = sender.service }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = sender.source }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      }],
      [{
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        Sid       = "LogsAreKept"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = [
              "arn:${local.partition}:logs:${local.in_region}:log-group:/aws/lambda/${var.prefix}-*",
              "arn:${local.partition}:logs:${local.in_region}:log-group:/aws/vendedlogs/states/${var.prefix}-*",
            ]
          }
        }
      }],
    )
  })
}

resource "aws_kms_alias" "main" {
  name          = "alias/${var.prefix}"
  target_key_id = aws_kms_key.main.key_id
}
