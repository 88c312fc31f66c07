# One function: with the rights that it is given, a log group that does not outlive its retention, and tracing. Whoever
# invokes it does so by the alias `live`.

locals {
  built        = fileexists(var.package)
  artifact_key = local.built ? "functions/${trimsuffix(basename(var.package), ".zip")}/${filesha256(var.package)}.zip" : null
}

resource "aws_lambda_function" "main" {
  function_name = var.name
  description   = var.description
  role          = aws_iam_role.main.arn

  # In a bucket the key is the content's hash, so other code is another key.
  filename         = var.artifacts_bucket == null ? var.package : null
  source_code_hash = var.artifacts_bucket == null && local.built ? filebase64sha256(var.package) : null
  s3_bucket        = var.artifacts_bucket
  s3_key           = var.artifacts_bucket == null ? null : local.artifact_key

  # Each change is a version that stays as it is, so that there is something to go back to.
  publish = true

  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]

  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  ephemeral_storage {
    size = var.ephemeral_storage_mb
  }

  kms_key_arn = var.kms_key_arn

  environment {
    variables = var.environment
  }

  dynamic "vpc_config" {
    for_each = var.vpc[*]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
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
      condition     = local.built
      error_message = "Function ${var.name}: there is no ${var.package}: run `go tool task build`."
    }
  }
}

# What runs: the newest version, or the one that is given. `go tool task deploy` gives the one that runs, and moves the alias when what the
# newest needs is there; `go tool task rollback` points it at the version before.
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that runs"
  function_name    = aws_lambda_function.main.function_name
  function_version = coalesce(var.live_version, aws_lambda_function.main.version)
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
