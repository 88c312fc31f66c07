# What the account costs in a month. Of the whole account: a filter by tag sees nothing until somebody has activated the tag
# for billing, and nobody would notice that.
resource "aws_budgets_budget" "main" {
  count = var.budget == null || var.emulator ? 0 : 1

  name         = var.prefix
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_unit   = "USD"
  limit_amount = format("%.2f", var.budget.monthly_usd)

  dynamic "notification" {
    for_each = [
      { type = "FORECASTED", percent = 100 },
      { type = "ACTUAL", percent = 80 },
      { type = "ACTUAL", percent = 100 },
    ]

    content {
      notification_type          = notification.value.type
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_sns_topic_arns  = [aws_sns_topic.main.arn]
      subscriber_email_addresses = var.budget.emails
    }
  }

  # Budgets tries the topic out.
  depends_on = [aws_sns_topic_policy.main]
}
