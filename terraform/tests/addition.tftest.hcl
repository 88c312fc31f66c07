# One more entry of `destinations` is one more of everything that a destination has, and nothing else.

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
  workspace     = "dev"
  artifacts_dir = "tests/artifacts"

  destinations = { bucketed = { output = { bucket = "lake" } } }
}

run "one" {}

run "another" {
  variables {
    destinations = {
      bucketed = { output = { bucket = "lake" } }
      keyed    = { output = { bucket = "extra" }, secret = "partner-api-key" }
    }
  }

  assert {
    condition     = { for name, destination in output.destinations : name => destination if name != "keyed" } == run.one.destinations && output.destinations.keyed.function_name == "rumline-dev-keyed" && endswith(output.destinations.keyed.log_group, "/rumline-dev-keyed")
    error_message = "It must have a queue, a function and a mapping of its own, and leave the others alone: ${jsonencode(output.destinations)}"
  }

  assert {
    condition     = setsubtract(values(output.outputs)[*].bucket, values(run.one.outputs)[*].bucket) == toset(["rumline-dev-extra-123456789012"]) && setsubtract(keys(output.secrets), keys(run.one.secrets)) == toset(["partner-api-key"])
    error_message = "It must have the bucket and the secret that it names: ${jsonencode(output.outputs)}, ${jsonencode(output.secrets)}"
  }

  assert {
    condition     = { for name, parameter in aws_ssm_parameter.destination : name => parameter.name } == { bucketed = "/rumline/dev/destinations/bucketed", keyed = "/rumline/dev/destinations/keyed" }
    error_message = "The on-call's commands must find it in Parameter Store: ${jsonencode(keys(aws_ssm_parameter.destination))}"
  }

  # Whatever kinds of alarm there are, it has those that the other one has.
  assert {
    condition = toset(keys(module.observability.alarms)) == setunion(
      [for key in keys(module.observability.alarms) : key if !startswith(key, "keyed-")],
      [for key in keys(module.observability.alarms) : replace(key, "/^bucketed-/", "keyed-") if startswith(key, "bucketed-")],
    ) && contains(keys(module.observability.alarms), "keyed-dlq-depth")
    error_message = "It must have an alarm of each kind: ${join(", ", keys(module.observability.alarms))}"
  }

  assert {
    condition     = length(module.observability.alarms) == 2 * 16 + 4
    error_message = "There must be 16 alarms for each of both, and 4 that they share, instead of ${length(module.observability.alarms)}."
  }

  assert {
    condition     = module.replay.rules == { bucketed = "rumline-dev-replay-bucketed", keyed = "rumline-dev-replay-keyed" }
    error_message = "Its dead-letter queue's alarm must start its replay: ${jsonencode(module.replay.rules)}"
  }

  assert {
    condition     = module.breaker.rules == { bucketed = "rumline-dev-bucketed-breaker", keyed = "rumline-dev-keyed-breaker" }
    error_message = "Its alarm destination-down must open its breaker: ${jsonencode(module.breaker.rules)}"
  }

  assert {
    condition = [
      for widget in jsondecode(module.observability.dashboard_body).widgets : regex("^## ([a-z]+) ·", widget.properties.markdown)[0]
      if widget.type == "text" && can(regex("^## [a-z]+ ·", widget.properties.markdown)) && !can(regex("What all share", widget.properties.markdown))
    ] == ["bucketed", "keyed"]
    error_message = "It must have a row of the dashboard."
  }
}

run "none_the_less" {
  command = plan

  assert {
    condition     = keys(output.destinations) == ["bucketed"] && keys(module.replay.rules) == ["bucketed"] && keys(module.breaker.rules) == ["bucketed"] && keys(aws_ssm_parameter.destination) == ["bucketed"]
    error_message = "Without its entry nothing of it must be left: ${jsonencode(output.destinations)}"
  }
}

run "passes_thresholds_on" {
  command = plan

  variables {
    alarm_thresholds = { message_age_seconds = 1234 }
  }

  assert {
    condition     = strcontains(module.observability.dashboard_body, "{\"label\":\"too old\",\"value\":1234,")
    error_message = "The threshold must be where alarm_thresholds has it."
  }
}
