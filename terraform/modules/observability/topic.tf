# Who is told.

# Not under the AWS managed key, which alarms cannot use.
resource "aws_sns_topic" "main" {
  name              = "${var.prefix}-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "main" {
  arn = aws_sns_topic.main.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsPublish"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.main.arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${var.region}:${var.account_id}:alarm:${var.prefix}-*" }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
      {
        Sid       = "BudgetPublishes"
        Effect    = "Allow"
        Principal = { Service = "budgets.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.main.arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:budgets::${var.account_id}:*" }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
      {
        # The role need not exist yet when the topic does.
        Sid       = "ReplayReports"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${var.account_id}:root" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.main.arn
        Condition = { ArnLike = { "aws:PrincipalArn" = "arn:${local.partition}:iam::${var.account_id}:role/${var.prefix}-replay*" } }
      },
      {
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.main.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "notify" {
  topic_arn = aws_sns_topic.main.arn
  protocol  = "lambda"
  endpoint  = module.notify.alias_arn

  depends_on = [aws_lambda_permission.notify]

  # Where it changes the new one is there before the old one goes: an alarm in between would be told to nobody.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.main.arn
  protocol  = "email"
  endpoint  = each.value
}
