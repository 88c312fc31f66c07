# The modules composed by hand: everything fits together, and what is put together from names is what the modules make.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
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
  artifacts_dir = "../../tests/artifacts"
}

run "composes" {
  assert {
    condition     = { for name, destination in output.destinations : name => destination.function_name } == { clickhouse = "rumline-shop-clickhouse", json = "rumline-shop-json", parquet = "rumline-shop-parquet" }
    error_message = "There must be three destinations: ${jsonencode(output.destinations)}"
  }

  # Named in policies and variables before they are made.
  assert {
    condition     = module.landing.bucket == local.raw_bucket && module.ledger.table == local.ledger_table && module.quarantine.bucket == local.quarantine_bucket && module.lake.bucket == local.lake_bucket
    error_message = "Buckets and table must be called what the functions are told."
  }

  assert {
    condition     = "${local.prefix}-replay" == module.replay.state_machine_name && "${local.prefix}-breaker" == module.breaker.state_machine_name && endswith(local.state_machines, ":stateMachine:${local.prefix}")
    error_message = "The state machines must be called what the alarms watch: ${module.replay.state_machine_name}, ${module.breaker.state_machine_name}"
  }

  assert {
    condition     = keys(module.replay.rules) == keys(local.destinations) && keys(module.breaker.rules) == keys(local.destinations)
    error_message = "Each destination must have a replay and a breaker: ${jsonencode(module.replay.rules)}, ${jsonencode(module.breaker.rules)}"
  }

  assert {
    condition     = length(module.observability.alarms) == 3 * 16 + 4
    error_message = "There must be 16 alarms for each destination, and 4 that they share, instead of ${length(module.observability.alarms)}."
  }

  # Two destinations share a bucket, and neither may write where the other does.
  assert {
    condition     = local.destinations.parquet.permissions[0].resources == ["arn:aws:s3:::rumline-shop-lake-123456789012/events/*"] && local.destinations.json.permissions[0].resources == ["arn:aws:s3:::rumline-shop-lake-123456789012/training/*"]
    error_message = "Each must write to its own folder: ${jsonencode(local.destinations.parquet.permissions)}, ${jsonencode(local.destinations.json.permissions)}"
  }

  assert {
    condition     = sort(keys(jsondecode(aws_ssm_parameter.deployment.value).functions)) == tolist(["clickhouse", "json", "migrate", "notify", "parquet", "replay"]) && keys(aws_ssm_parameter.destination) == ["clickhouse", "json", "parquet"] && aws_ssm_parameter.destination["json"].name == "/rumline/shop/destinations/json"
    error_message = "The on-call's commands must find everything in Parameter Store: ${jsonencode(keys(aws_ssm_parameter.destination))}"
  }

  assert {
    condition     = local.raw_days > local.queue_retention_days + local.dlq_retention_days && local.ledger_days >= local.raw_days + 3
    error_message = "Raw objects must outlive the messages, and the ledger the raw objects by 3 days."
  }
}

run "refuses_a_long_name" {
  command = plan

  variables {
    name = "a-name-that-leaves-a-bucket-no-room"
  }

  expect_failures = [var.name]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    alarm_emails  = ["oncall"]
    artifacts_dir = "/dist"
    region        = "Virginia"
  }

  expect_failures = [var.alarm_emails, var.artifacts_dir, var.region]
}
