module "function" {
  source = "../function"

  name        = var.name
  description = "Delivers RUM events to ${var.destination}"

  package                  = var.package
  artifacts_bucket         = var.artifacts_bucket
  live_version             = var.live_version
  architecture             = var.architecture
  memory_mb                = var.memory_mb
  timeout_seconds          = var.timeout_seconds
  ephemeral_storage_mb     = var.ephemeral_storage_mb
  environment              = var.environment
  permissions              = concat(local.permissions, var.permissions)
  vpc                      = var.vpc
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  reserved_concurrency     = var.reserved_concurrency
  log_retention_days       = var.log_retention_days
}

resource "aws_lambda_event_source_mapping" "main" {
  event_source_arn = aws_sqs_queue.main.arn
  function_name    = module.function.alias_arn

  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batch_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }

  # The circuit breaker's, and the on-call's: an apply during an outage must not send the messages to their deaths.
  lifecycle {
    ignore_changes = [enabled]
  }
}
