mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rumline-test-notify" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/rumline-test-notify" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-notify" }
  }
}

variables {
  name               = "rumline-test-notify"
  description        = "Tells people"
  package            = "README.md" # any file: nothing is deployed
  timeout_seconds    = 30
  log_retention_days = 7
  environment        = { RUMLINE_LOG_LEVEL = "info" }

  permissions = [{
    sid       = "ReadWebhook"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:webhook"]
  }]
}

run "runs_the_bootstrap_that_was_built" {
  assert {
    condition     = aws_lambda_function.main.runtime == "provided.al2023" && aws_lambda_function.main.handler == "bootstrap" && aws_lambda_function.main.architectures == tolist(["arm64"])
    error_message = "The function must run a bootstrap on provided.al2023 and arm64."
  }

  assert {
    condition     = aws_lambda_function.main.source_code_hash == filebase64sha256("README.md")
    error_message = "Another zip must be another deployment."
  }

  assert {
    condition     = aws_lambda_function.main.environment[0].variables == tomap({ RUMLINE_LOG_LEVEL = "info" })
    error_message = "The function must get its environment variables."
  }

  assert {
    condition     = aws_lambda_function.main.tracing_config[0].mode == "Active"
    error_message = "The function must be traced."
  }

  assert {
    condition     = aws_cloudwatch_log_group.main.name == "/aws/lambda/${aws_lambda_function.main.function_name}" && aws_cloudwatch_log_group.main.retention_in_days == 7
    error_message = "The function's log group must be there with its retention."
  }

  assert {
    condition     = output.function_arn == "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-notify" && output.log_group == "/aws/lambda/rumline-test-notify" && output.role_name == "rumline-test-notify"
    error_message = "The outputs must name what was made."
  }
}

run "may_do_what_it_is_given_and_nothing_else" {
  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.main.policy).Statement :
      join(" ", statement.Action) => join(" ", statement.Resource) if statement.Effect == "Allow"
      } == {
      "logs:CreateLogStream logs:PutLogEvents"         = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rumline-test-notify:*"
      "xray:PutTraceSegments xray:PutTelemetryRecords" = "*"
      "secretsmanager:GetSecretValue"                  = "arn:aws:secretsmanager:us-east-1:123456789012:secret:webhook"
    }
    error_message = "The function's rights are not the expected ones: ${aws_iam_role_policy.main.policy}"
  }

  assert {
    condition     = jsondecode(aws_iam_role.main.assume_role_policy).Statement[*].Principal == [{ Service = "lambda.amazonaws.com" }]
    error_message = "Only Lambda may take the role."
  }
}

run "reserves_executions_when_told" {
  command = plan

  variables {
    reserved_concurrency = 2
  }

  assert {
    condition     = aws_lambda_function.main.reserved_concurrent_executions == 2
    error_message = "The function must have 2 executions of its own."
  }
}

run "refuses_to_never_run" {
  command = plan

  variables {
    reserved_concurrency = 0
  }

  expect_failures = [var.reserved_concurrency]
}

run "refuses_a_processor_that_lambda_lacks" {
  command = plan

  variables {
    architecture = "riscv64"
  }

  expect_failures = [var.architecture]
}

run "refuses_too_little_memory" {
  command = plan

  variables {
    memory_mb = 127
  }

  expect_failures = [var.memory_mb]
}

run "refuses_a_timeout_beyond_a_quarter_of_an_hour" {
  command = plan

  variables {
    timeout_seconds = 901
  }

  expect_failures = [var.timeout_seconds]
}

run "refuses_a_retention_that_cloudwatch_lacks" {
  command = plan

  variables {
    log_retention_days = 8
  }

  expect_failures = [var.log_retention_days]
}

run "refuses_a_name_that_is_too_long" {
  command = plan

  variables {
    name = "rumline-a-name-that-goes-on-and-on-until-lambda-has-had-enough-of-it"
  }

  expect_failures = [var.name]
}

run "refuses_wildcards_among_the_permissions" {
  command = plan

  variables {
    permissions = [{ sid = "All", actions = ["s3:*"], resources = ["*"] }]
  }

  expect_failures = [var.permissions]
}

run "refuses_a_zip_that_nobody_built" {
  command = plan

  variables {
    package = "tests/missing.zip"
  }

  expect_failures = [aws_lambda_function.main]
}
