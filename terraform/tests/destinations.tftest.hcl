# What an entry of `destinations` turns into.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:any" }
  }

  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:us-east-1:123456789012:table/any" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/any" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/any" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:any:live" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:any" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::any" }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:any" }
  }

  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:us-east-1:123456789012:stateMachine:any" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:any" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:any" }
  }
}

variables {
  workspace     = "dev"
  artifacts_dir = "tests/artifacts"

  destinations = {
    bucketed = {
      output = { bucket = "lake" }
    }

    keyed = {
      secret      = "partner-api-key"
      environment = { RUMLINE_READ_CONCURRENCY = "4" }
    }
  }
}

run "tells_each_function_what_it_needs" {
  assert {
    condition = local.function_environment.bucketed == {
      RUMLINE_ENVIRONMENT           = "dev"
      RUMLINE_LEDGER_RETENTION_DAYS = "28"
      RUMLINE_LEDGER_TABLE          = "rumline-dev-ledger"
      RUMLINE_LOG_LEVEL             = "debug"
      RUMLINE_OUTPUT_BUCKET         = "rumline-dev-lake-123456789012"
      RUMLINE_OUTPUT_PREFIX         = "events/"
      RUMLINE_QUARANTINE_BUCKET     = "rumline-dev-quarantine-123456789012"
      RUMLINE_QUARANTINE_PREFIX     = "quarantine/"
    }
    error_message = "A destination with an output is told where it is: ${jsonencode(local.function_environment.bucketed)}"
  }

  assert {
    condition = local.function_environment.keyed == {
      RUMLINE_ENVIRONMENT            = "dev"
      RUMLINE_LEDGER_RETENTION_DAYS  = "28"
      RUMLINE_LEDGER_TABLE           = "rumline-dev-ledger"
      RUMLINE_LOG_LEVEL              = "debug"
      RUMLINE_PARTNER_API_KEY_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:any"
      RUMLINE_QUARANTINE_BUCKET      = "rumline-dev-quarantine-123456789012"
      RUMLINE_QUARANTINE_PREFIX      = "quarantine/"
      RUMLINE_READ_CONCURRENCY       = "4"
    }
    error_message = "A destination with a secret is told its ARN: ${jsonencode(local.function_environment.keyed)}"
  }
}

run "tells_the_one_that_writes_to_clickhouse_of_its_cluster" {
  variables {
    clickhouse = { destination = "keyed", topology = "replicated", cluster = "main" }
  }

  assert {
    condition     = local.function_environment.keyed.RUMLINE_CLICKHOUSE_TOPOLOGY == "replicated" && local.function_environment.keyed.RUMLINE_CLICKHOUSE_CLUSTER == "main" && !contains(keys(local.function_environment.bucketed), "RUMLINE_CLICKHOUSE_TOPOLOGY")
    error_message = "The destination must know its cluster, and no other: ${jsonencode(local.function_environment)}"
  }

  assert {
    condition     = local.functions == { bucketed = "rumline-dev-bucketed", keyed = "rumline-dev-keyed", migrate = "rumline-dev-migrate", notify = "rumline-dev-notify", replay = "rumline-dev-replay" }
    error_message = "The deployment must find the function that migrates: ${jsonencode(local.functions)}"
  }

  assert {
    condition     = keys(jsondecode(aws_ssm_parameter.deployment.value).versions) == keys(local.functions)
    error_message = "The deployment must say which version of each function was published: ${nonsensitive(aws_ssm_parameter.deployment.value)}"
  }
}

run "lets_each_function_do_what_it_needs" {
  assert {
    condition = jsonencode(local.function_permissions.bucketed) == jsonencode([
      {
        actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert"]
        resources = ["arn:aws:dynamodb:us-east-1:123456789012:table/rumline-dev-ledger"]
        sid       = "KeepLedger"
      },
      {
        actions   = ["s3:PutObject"]
        resources = ["arn:aws:s3:::rumline-dev-quarantine-123456789012/quarantine/bucketed/*"]
        sid       = "WriteQuarantine"
      },
      {
        actions   = ["s3:PutObject"]
        resources = ["arn:aws:s3:::rumline-dev-lake-123456789012/events/*"]
        sid       = "WriteOutput"
      },
    ])
    error_message = "A destination with an output may write there and nothing else: ${jsonencode(local.function_permissions.bucketed)}"
  }

  assert {
    condition = jsonencode(local.function_permissions.keyed) == jsonencode([
      {
        actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert"]
        resources = ["arn:aws:dynamodb:us-east-1:123456789012:table/rumline-dev-ledger"]
        sid       = "KeepLedger"
      },
      {
        actions   = ["s3:PutObject"]
        resources = ["arn:aws:s3:::rumline-dev-quarantine-123456789012/quarantine/keyed/*"]
        sid       = "WriteQuarantine"
      },
      {
        actions   = ["secretsmanager:GetSecretValue"]
        resources = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:any"]
        sid       = "ReadSecret"
      },
    ])
    error_message = "A destination with a secret may read it and nothing else: ${jsonencode(local.function_permissions.keyed)}"
  }
}

run "creates_the_buckets_and_secrets_that_are_named" {
  assert {
    condition     = output.outputs == { bucketed = { bucket = "rumline-dev-lake-123456789012", prefix = "events/" } }
    error_message = "There must be one output bucket: ${jsonencode(output.outputs)}"
  }

  assert {
    condition     = { for name, secret in output.secrets : name => secret.name } == { partner-api-key = "rumline-dev-partner-api-key", slack-webhook = "rumline-dev-slack-webhook" }
    error_message = "There must be the destination's secret and the webhook's: ${jsonencode(output.secrets)}"
  }

  assert {
    condition     = aws_secretsmanager_secret.main["partner-api-key"].recovery_window_in_days == 0
    error_message = "Where force_destroy is true, a secret must not outlive its environment: its name would be taken for 30 days."
  }
}

run "keeps_secrets_where_data_is_kept" {
  command = plan

  variables {
    workspace = "prod"
  }

  assert {
    condition     = aws_secretsmanager_secret.main["partner-api-key"].recovery_window_in_days == 30
    error_message = "A secret must be recoverable unless somebody asked for force_destroy."
  }
}

run "keeps_a_ledger_and_a_quarantine" {
  assert {
    condition     = output.ledger_table == "rumline-dev-ledger"
    error_message = "The ledger's name must carry the workspace: ${output.ledger_table}"
  }

  assert {
    condition     = output.quarantine == { bucket = "rumline-dev-quarantine-123456789012", prefix = "quarantine/" }
    error_message = "The quarantine's name must carry the workspace: ${jsonencode(output.quarantine)}"
  }
}

run "overrides_what_an_environment_says_and_nothing_else" {
  command = plan

  variables {
    tier_overrides = { destination_overrides = { batch_window_seconds = 2 } }
  }

  assert {
    condition     = [for destination in local.destinations : destination.batch_window_seconds] == [2, 2] && [for destination in local.destinations : destination.timeout_seconds] == [120, 120]
    error_message = "The window must be 2 s everywhere and the timeout untouched: ${jsonencode(local.destinations)}"
  }
}
