resource "aws_lambda_function" "main" {
  function_name = var.name
  description   = "Delivers RUM events to ${var.destination}"
  role          = aws_iam_role.main.arn

  filename         = var.package
  source_code_hash = fileexists(var.package) ? filebase64sha256(var.package) : null
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]

  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  ephemeral_storage {
    size = var.ephemeral_storage_mb
  }

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = "Active"
  }

  # Without its log group the first invocation would create one that is kept for ever; without its rights it would fail.
  depends_on = [
    aws_cloudwatch_log_group.main,
    aws_iam_role_policy.main,
  ]

  lifecycle {
    precondition {
      condition     = fileexists(var.package)
      error_message = "Destination ${var.destination}: there is no ${var.package}: run `go tool task build`."
    }
  }
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_event_source_mapping" "main" {
  event_source_arn = aws_sqs_queue.main.arn
  function_name    = aws_lambda_function.main.arn

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
