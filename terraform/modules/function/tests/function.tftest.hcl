mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rumline-test-notify" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/rumline-test-notify" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-notify:live" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-notify", version = "7" }
  }
}

variables {
  name               = "rumline-test-notify"
  description        = "Tells people"
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/test"
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

run "keeps_a_version_of_each_change_and_runs_the_newest" {
  assert {
    condition     = aws_lambda_function.main.publish && aws_lambda_alias.live.function_version == "7" && output.alias == "live" && output.version == "7" && output.alias_arn == "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-notify:live"
    error_message = "The alias must point at the version that was published."
  }
}

run "publishes_and_leaves_what_runs_when_told" {
  variables {
    live_version = "5"
  }

  assert {
    condition     = aws_lambda_function.main.publish && aws_lambda_alias.live.function_version == "5" && output.version == "7"
    error_message = "The alias must stay at the version that was given, and the new one must be known."
  }
}

run "refuses_to_run_what_is_no_version" {
  command = plan

  variables {
    live_version = "$LATEST"
  }

  expect_failures = [var.live_version]
}

run "takes_its_code_from_a_bucket_by_its_hash" {
  variables {
    artifacts_bucket = "rumline-artifacts-123456789012"
  }

  assert {
    condition     = aws_lambda_function.main.s3_bucket == "rumline-artifacts-123456789012" && aws_lambda_function.main.s3_key == "functions/README.md/${filesha256("README.md")}.zip" && aws_lambda_function.main.filename == null
    error_message = "Other code must be another key: ${aws_lambda_function.main.s3_key}"
  }

  assert {
    condition     = output.artifact_key == "functions/README.md/${filesha256("README.md")}.zip"
    error_message = "The output must name the key: ${output.artifact_key}"
  }
}

run "is_encrypted_with_the_key" {
  command = plan

  assert {
    condition     = aws_lambda_function.main.kms_key_arn == "arn:aws:kms:us-east-1:123456789012:key/test" && aws_cloudwatch_log_group.main.kms_key_id == "arn:aws:kms:us-east-1:123456789012:key/test"
    error_message = "Variables and logs must be encrypted with the key."
  }
}

run "runs_in_a_network_when_told" {
  variables {
    vpc = { subnet_ids = ["subnet-a", "subnet-b"], security_group_ids = ["sg-a"] }
  }

  assert {
    condition     = one(aws_lambda_function.main.vpc_config).subnet_ids == toset(["subnet-a", "subnet-b"]) && one(aws_lambda_function.main.vpc_config).security_group_ids == toset(["sg-a"])
    error_message = "The function must run in the subnets that it was given."
  }

  assert {
    condition     = contains(jsondecode(aws_iam_role_policy.main.policy).Statement[*].Sid, "JoinSubnets")
    error_message = "Without rights to network interfaces it would never start: ${aws_iam_role_policy.main.policy}"
  }
}

run "stays_out_of_networks_otherwise" {
  assert {
    condition     = length(aws_lambda_function.main.vpc_config) == 0 && !contains(jsondecode(aws_iam_role_policy.main.policy).Statement[*].Sid, "JoinSubnets")
    error_message = "A function in no network needs no rights to network interfaces: ${aws_iam_role_policy.main.policy}"
  }
}

run "refuses_a_single_subnet" {
  command = plan

  variables {
    vpc = { subnet_ids = ["subnet-a"], security_group_ids = ["sg-a"] }
  }

  expect_failures = [var.vpc]
}

run "refuses_an_alias_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/rumline-test"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_too_much_storage" {
  command = plan

  variables {
    ephemeral_storage_mb = 10241
  }

  expect_failures = [var.ephemeral_storage_mb]
}

run "may_do_what_it_is_given_and_nothing_else" {
  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.main.policy).Statement :
      join(" ", statement.Action) => join(" ", statement.Resource) if statement.Effect == "Allow"
      } == {
      "logs:CreateLogStream logs:PutLogEvents"         = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rumline-test-notify:*"
      "xray:PutTraceSegments xray:PutTelemetryRecords" = "*"
      "kms:Decrypt"                                    = "arn:aws:kms:us-east-1:123456789012:key/test"
      "secretsmanager:GetSecretValue"                  = "arn:aws:secretsmanager:us-east-1:123456789012:secret:webhook"
    }
    error_message = "The function's rights are not the expected ones: ${aws_iam_role_policy.main.policy}"
  }

  assert {
    condition     = jsondecode(aws_iam_role.main.assume_role_policy).Statement[*].Principal == [{ Service = "lambda.amazonaws.com" }]
    error_message = "Only Lambda may take the role."
  }
}

run "uses_the_key_through_the_services_that_it_calls_and_for_what_it_calls_them" {
  variables {
    permissions = [
      { sid = "Take", actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage"], resources = ["arn:aws:sqs:us-east-1:123456789012:q"] },
      { sid = "Keep", actions = ["dynamodb:PutItem", "dynamodb:GetItem"], resources = ["arn:aws:dynamodb:us-east-1:123456789012:table/t"] },
      { sid = "Look", actions = ["s3:ListBucket", "sqs:GetQueueAttributes"], resources = ["*"] },
      { sid = "Write", actions = ["s3:PutObject"], resources = ["arn:aws:s3:::lake/*"] },
      { sid = "Tell", actions = ["sns:Publish"], resources = ["arn:aws:sns:us-east-1:123456789012:t"] },
    ]
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.main.policy).Statement :
      join(" ", statement.Action) => statement.Condition.StringEquals["kms:ViaService"] if can(statement.Condition)
      } == {
      "kms:Decrypt"         = ["lambda.us-east-1.amazonaws.com", "sqs.us-east-1.amazonaws.com", "dynamodb.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"]
      "kms:GenerateDataKey" = ["s3.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"]
    }
    error_message = "The key is for what the function reads and writes, through the services that have it: ${aws_iam_role_policy.main.policy}"
  }
}

run "stays_within_its_boundary" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/rumline-test-boundary"
  }

  assert {
    condition     = aws_iam_role.main.permissions_boundary == "arn:aws:iam::123456789012:policy/rumline-test-boundary"
    error_message = "The role must have the boundary."
  }
}

run "refuses_a_boundary_that_is_no_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:role/rumline-test-boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
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

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    artifacts_bucket = "s3://artifacts"
    description      = " "
    environment      = { "log-level" = "info" }
  }

  expect_failures = [var.artifacts_bucket, var.description, var.environment]
}
