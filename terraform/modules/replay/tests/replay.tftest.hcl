mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:mocked" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-replay:live" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-replay" }
  }

  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-test-replay" }
  }
}

variables {
  name                  = "rumline-test-replay"
  workspace             = "test"
  package               = "README.md" # any file: nothing is deployed
  log_retention_days    = 7
  kms_key_arn           = "arn:aws:kms:us-east-1:123456789012:key/test"
  ledger_table_arn      = "arn:aws:dynamodb:us-east-1:123456789012:table/rumline-test-ledger"
  quarantine_bucket_arn = "arn:aws:s3:::rumline-test-quarantine-123456789012"
  parked_prefix         = "parked/"
  alarm_topic_arn       = "arn:aws:sns:us-east-1:123456789012:rumline-test-alarms"

  destinations = {
    json = {
      alias_arn       = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-json:live"
      dlq_arn         = "arn:aws:sqs:us-east-1:123456789012:rumline-test-json-dlq"
      alarm_name      = "rumline-test-json-dlq-depth"
      timeout_seconds = 120
    }
    parquet = {
      alias_arn       = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-parquet:live"
      dlq_arn         = "arn:aws:sqs:us-east-1:123456789012:rumline-test-parquet-dlq"
      alarm_name      = "rumline-test-parquet-dlq-depth"
      timeout_seconds = 120
    }
  }
}

run "is_a_state_machine_that_can_be_looked_into" {
  assert {
    condition     = jsondecode(aws_sfn_state_machine.main.definition).StartAt == "Begin"
    error_message = "The definition must be JSON."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.main.definition).States.Begin.Parameters.FunctionName == "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-replay:live"
    error_message = "The steps must be the function's."
  }

  assert {
    condition     = aws_sfn_state_machine.main.logging_configuration[0].level == "ERROR" && aws_sfn_state_machine.main.tracing_configuration[0].enabled
    error_message = "Its errors must be logged, and its executions traced."
  }

  assert {
    condition     = aws_cloudwatch_log_group.state_machine.name == "/aws/vendedlogs/states/rumline-test-replay" && aws_cloudwatch_log_group.state_machine.retention_in_days == 7
    error_message = "Its log group must be there with its retention."
  }

  assert {
    condition     = output.state_machine_arn == local.state_machine_arn
    error_message = "The ARN that the function may start is ${local.state_machine_arn}, the state machine's ${output.state_machine_arn}."
  }
}

run "probes_for_two_hours_with_jitter" {
  assert {
    condition = jsondecode(aws_sfn_state_machine.main.definition).States.Probe.Retry[0] == {
      ErrorEquals     = ["States.ALL"]
      IntervalSeconds = 5
      BackoffRate     = 2
      MaxDelaySeconds = 300
      MaxAttempts     = 53
      JitterStrategy  = "FULL"
    }
    error_message = "The probe's retries are not the expected ones."
  }
}

run "starts_by_the_alarm_of_each_destination" {
  assert {
    condition = {
      for name, rule in aws_cloudwatch_event_rule.main : name => jsondecode(rule.event_pattern).detail
      } == {
      json    = { alarmName = ["rumline-test-json-dlq-depth"], state = { value = ["ALARM"] } }
      parquet = { alarmName = ["rumline-test-parquet-dlq-depth"], state = { value = ["ALARM"] } }
    }
    error_message = "A rule must be there for each destination, and for its alarm alone."
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_target.main["json"].input) == {
      destination = "json"
      automatic   = true
      by          = "alarm rumline-test-json-dlq-depth"
    }
    error_message = "The input is ${aws_cloudwatch_event_target.main["json"].input}."
  }
}

run "may_do_what_it_needs_and_nothing_else" {
  assert {
    condition = {
      for permission in local.function_permissions : join(" ", permission.actions) => join(" ", permission.resources)
      } == {
      "ssm:GetParametersByPath"                                                                 = "arn:aws:ssm:us-east-1:123456789012:parameter/rumline/test arn:aws:ssm:us-east-1:123456789012:parameter/rumline/test/*"
      "sqs:GetQueueAttributes sqs:ReceiveMessage sqs:ChangeMessageVisibility sqs:DeleteMessage" = "arn:aws:sqs:us-east-1:123456789012:rumline-test-json-dlq arn:aws:sqs:us-east-1:123456789012:rumline-test-parquet-dlq"
      "lambda:InvokeFunction"                                                                   = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-json:live arn:aws:lambda:us-east-1:123456789012:function:rumline-test-parquet:live"
      "dynamodb:BatchGetItem dynamodb:GetItem dynamodb:UpdateItem"                              = "arn:aws:dynamodb:us-east-1:123456789012:table/rumline-test-ledger"
      "s3:PutObject"                                                                            = "arn:aws:s3:::rumline-test-quarantine-123456789012/parked/json/* arn:aws:s3:::rumline-test-quarantine-123456789012/parked/parquet/*"
      "states:StartExecution"                                                                   = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-test-replay"
      "states:DescribeExecution"                                                                = "arn:aws:states:us-east-1:123456789012:execution:rumline-test-replay:*"
      "sns:Publish"                                                                             = "arn:aws:sns:us-east-1:123456789012:rumline-test-alarms"
    }
    error_message = "The function's rights are not the expected ones: ${jsonencode(local.function_permissions)}"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.state_machine.policy).Statement[0].Resource == [
      "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-replay:live",
      "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-json:live",
      "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-parquet:live",
    ]
    error_message = "The state machine may invoke its steps and the destinations' functions: ${aws_iam_role_policy.state_machine.policy}"
  }

  assert {
    condition = alltrue([
      for action in flatten(concat(jsondecode(aws_iam_role_policy.state_machine.policy).Statement[*].Action, jsondecode(aws_iam_role_policy.start.policy).Statement[*].Action)) :
      can(regex("^[a-z]+:[A-Za-z]+$", action))
    ])
    error_message = "Rights must name exact actions."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.start.policy).Statement == [{
      Sid      = "Start"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = ["arn:aws:states:us-east-1:123456789012:stateMachine:rumline-test-replay"]
    }]
    error_message = "Alarms may start the state machine, and nothing else."
  }

  assert {
    condition = alltrue([
      for role in [aws_iam_role.state_machine, aws_iam_role.start] :
      jsondecode(role.assume_role_policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    ])
    error_message = "Only services that act for this account may take the roles."
  }
}

run "stays_within_its_boundary" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/rumline-test-boundary"
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.state_machine, aws_iam_role.start] : role.permissions_boundary == "arn:aws:iam::123456789012:policy/rumline-test-boundary"])
    error_message = "Every role must have the boundary."
  }
}

run "tells_the_function_how_patient_to_be" {
  command = plan

  variables {
    cooldown_seconds = 60
    attempts         = 1
  }

  assert {
    condition     = local.function_environment.RUMLINE_REPLAY_COOLDOWN_SECONDS == "60" && local.function_environment.RUMLINE_REPLAY_ATTEMPTS == "1" && local.function_environment.RUMLINE_WORKSPACE == "test"
    error_message = "The function's environment is ${jsonencode(local.function_environment)}."
  }
}

run "refuses_a_destination_that_takes_too_long" {
  command = plan

  variables {
    destinations = {
      slow = {
        alias_arn  = "arn:aws:lambda:us-east-1:123456789012:function:slow:live"
        dlq_arn    = "arn:aws:sqs:us-east-1:123456789012:slow-dlq"
        alarm_name = "slow", timeout_seconds = 781
      }
    }
  }

  expect_failures = [var.destinations]
}

run "refuses_no_cooldown" {
  command = plan

  variables {
    cooldown_seconds = 0
  }

  expect_failures = [var.cooldown_seconds]
}

run "refuses_to_try_for_ever" {
  command = plan

  variables {
    attempts = 11
  }

  expect_failures = [var.attempts]
}

run "refuses_a_probe_without_backoff" {
  command = plan

  variables {
    probe_retry = { interval_seconds = 5, max_delay_seconds = 5, max_attempts = 3 }
  }

  expect_failures = [var.probe_retry]
}

run "refuses_a_prefix_that_is_no_folder" {
  command = plan

  variables {
    parked_prefix = "parked"
  }

  expect_failures = [var.parked_prefix]
}

run "refuses_a_name_that_leaves_no_room" {
  command = plan

  variables {
    name = "rumline-a-name-that-goes-on-and-on-until-eventbridge-has-had-enough"
  }

  expect_failures = [var.name]
}

run "refuses_a_boundary_that_is_no_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "rumline-test-boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "refuses_to_run_what_is_no_version" {
  command = plan

  variables {
    live_version = "$LATEST"
  }

  expect_failures = [var.live_version]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    alarm_topic_arn       = "rumline-test-alarms"
    artifacts_bucket      = "s3://artifacts"
    failed_retry          = { interval_seconds = 0, max_delay_seconds = 20, max_attempts = 2 }
    step_retry            = { interval_seconds = 60, max_delay_seconds = 60, max_attempts = 2 }
    throttled_retry       = { interval_seconds = 2, max_delay_seconds = 60, max_attempts = 0 }
    kms_key_arn           = "arn:aws:kms:us-east-1:123456789012:alias/test"
    ledger_table_arn      = "rumline-test-ledger"
    log_level             = "loud"
    log_retention_days    = 2
    memory_mb             = 64
    quarantine_bucket_arn = "rumline-test-quarantine-123456789012"
    workspace             = "Test"
    architecture          = "riscv64"
  }

  expect_failures = [
    var.alarm_topic_arn,
    var.artifacts_bucket,
    var.failed_retry,
    var.step_retry,
    var.throttled_retry,
    var.kms_key_arn,
    var.ledger_table_arn,
    var.log_level,
    var.log_retention_days,
    var.memory_mb,
    var.quarantine_bucket_arn,
    var.workspace,
    var.architecture,
  ]
}
