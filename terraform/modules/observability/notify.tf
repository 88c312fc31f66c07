# The function that tells Slack.

locals {
  notify_name = "${var.prefix}-notify"

  notify_environment = merge({
    RUMLINE_ENVIRONMENT          = var.environment
    RUMLINE_LOG_LEVEL            = var.notify.log_level
    RUMLINE_ALARM_PREFIX         = "${var.prefix}-"
    RUMLINE_SLACK_WEBHOOK_SECRET = var.notify.webhook_secret_arn
  }, var.notify.environment)
}

module "notify" {
  source = "../function"

  name                     = local.notify_name
  description              = "Tells Slack of alarms, resolved alarms and reports of ${local.workspace}"
  package                  = var.notify.package
  artifacts_bucket         = var.notify.artifacts_bucket
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  live_version             = var.notify.live_version
  architecture             = var.notify.architecture
  timeout_seconds          = 30
  environment              = local.notify_environment

  permissions = [{
    sid       = "ReadWebhook"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.notify.webhook_secret_arn]
  }]

  log_retention_days = var.notify.log_retention_days
}

resource "aws_lambda_permission" "notify" {
  statement_id_prefix = "TopicInvokes"
  function_name       = module.notify.function_name
  qualifier           = module.notify.alias
  action              = "lambda:InvokeFunction"
  principal           = "sns.amazonaws.com"
  source_arn          = aws_sns_topic.main.arn

  lifecycle {
    create_before_destroy = true
  }
}
