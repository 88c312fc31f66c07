# Who is told.

# Not encrypted with KMS: alarms cannot publish to a topic under the AWS managed key, and a message holds no data.
resource "aws_sns_topic" "main" {
  name = "${var.prefix}-alarms"
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
    ]
  })
}

resource "aws_sns_topic_subscription" "notify" {
  topic_arn = aws_sns_topic.main.arn
  protocol  = "lambda"
  endpoint  = module.notify.function_arn

  depends_on = [aws_lambda_permission.notify]
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.main.arn
  protocol  = "email"
  endpoint  = each.value
}
