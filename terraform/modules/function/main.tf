# One function that runs beside the pipeline: with the rights that it is given, a log group that does not outlive its
# retention, and tracing.

resource "aws_lambda_function" "main" {
  function_name = var.name
  description   = var.description
  role          = aws_iam_role.main.arn

  filename         = var.package
  source_code_hash = fileexists(var.package) ? filebase64sha256(var.package) : null
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]

  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

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
      error_message = "Function ${var.name}: there is no ${var.package}: run `go tool task build`."
    }
  }
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}
