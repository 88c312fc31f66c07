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
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/rumline-test-breaker" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/rumline-test-breaker" }
  }

  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-test-breaker" }
  }
}

variables {
  prefix             = "rumline-test"
  environment        = "dev"
  log_retention_days = 7
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/test"

  destinations = {
    lake = {
      mapping_id           = "11111111-1111-1111-1111-111111111111"
      mapping_arn          = "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:11111111-1111-1111-1111-111111111111"
      alias_arn            = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake:live"
      maximum_concurrency  = 4
      queue_retention_days = 4
    }
  }
}

run "is_started_by_the_alarm_of_its_destination" {
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.main["lake"].event_pattern) == {
      source      = ["aws.cloudwatch"]
      detail-type = ["CloudWatch Alarm State Change"]
      detail      = { alarmName = ["rumline-test-lake-destination-down"], state = { value = ["ALARM"] } }
    }
    error_message = "The rule must match the destination's alarm alone: ${aws_cloudwatch_event_rule.main["lake"].event_pattern}"
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_target.main["lake"].input) == {
      destination         = "lake"
      environment         = "dev"
      mapping             = "11111111-1111-1111-1111-111111111111"
      function            = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake:live"
      maximum_concurrency = 4
      rule                = "rumline-test-lake-breaker"
    }
    error_message = "The execution must know its destination: ${aws_cloudwatch_event_target.main["lake"].input}"
  }
}

run "takes_over_what_was_aborted_or_hung_and_nothing_that_failed" {
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.takeover.event_pattern).detail == {
      stateMachineArn = ["arn:aws:states:us-east-1:123456789012:stateMachine:rumline-test-breaker"]
      status          = ["ABORTED", "TIMED_OUT"]
    }
    error_message = "Another execution must take over: ${aws_cloudwatch_event_rule.takeover.event_pattern}"
  }

  assert {
    condition     = aws_cloudwatch_event_target.takeover.input_path == "$.detail.input"
    error_message = "It must get the input of the first one."
  }
}

run "may_do_what_it_needs_and_nothing_else" {
  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.main.policy).Statement :
      join(" ", statement.Action) => join(" ", statement.Resource) if statement.Effect == "Allow"
      } == {
      "lambda:UpdateEventSourceMapping"                                                                                                                                                             = "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:11111111-1111-1111-1111-111111111111"
      "lambda:InvokeFunction"                                                                                                                                                                       = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake:live"
      "events:DisableRule events:EnableRule"                                                                                                                                                        = "arn:aws:events:us-east-1:123456789012:rule/rumline-test-lake-breaker"
      "states:StartExecution"                                                                                                                                                                       = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-test-breaker"
      "cloudwatch:DescribeAlarms"                                                                                                                                                                   = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"
      "cloudwatch:PutMetricData"                                                                                                                                                                    = "*"
      "logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups" = "*"
      "xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets"                                                                                                = "*"
    }
    error_message = "The state machine's rights are not the expected ones: ${aws_iam_role_policy.main.policy}"
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.main.policy).Statement : s.Condition if s.Sid == "ReportState"]) == { StringEquals = { "cloudwatch:namespace" = "Rumline" } }
    error_message = "It may put metrics into its namespace alone."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.start.policy).Statement[*].Action == [["states:StartExecution"]] && jsondecode(aws_iam_role_policy.start.policy).Statement[*].Resource == [["arn:aws:states:us-east-1:123456789012:stateMachine:rumline-test-breaker"]]
    error_message = "The rules may start this state machine and nothing else: ${aws_iam_role_policy.start.policy}"
  }
}

run "stays_within_its_boundary" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/rumline-test-boundary"
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.main, aws_iam_role.start] : role.permissions_boundary == "arn:aws:iam::123456789012:policy/rumline-test-boundary"])
    error_message = "Every role must have the boundary."
  }
}

run "leads_every_failure_to_a_mapping_that_flows" {
  assert {
    condition = alltrue([
      for name, state in jsondecode(aws_sfn_state_machine.main.definition).States :
      try(state.Catch[0].ErrorEquals == ["States.ALL"], contains(["Restore", "Rearm"], name)) if state.Type == "Task"
    ])
    error_message = "Every task must catch everything, up to the last resorts: ${aws_sfn_state_machine.main.definition}"
  }

  assert {
    condition = alltrue([
      for name in ["Open", "HalfOpen", "Close", "GiveUp", "RearmLater", "LetFlow"] :
      jsondecode(aws_sfn_state_machine.main.definition).States[name].Catch[0].Next == "Restore"
    ])
    error_message = "What cannot be done must end in Restore."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.main.definition).States.Restore.Parameters.Enabled
    error_message = "Restore must let the messages flow."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.main.definition).TimeoutSeconds > 36000 * 60 / 40 + 21600
    error_message = "An execution must not time out while it does its work."
  }
}

run "is_seen" {
  assert {
    condition     = aws_sfn_state_machine.main.logging_configuration[0].level == "ERROR" && aws_sfn_state_machine.main.tracing_configuration[0].enabled && aws_cloudwatch_log_group.main.retention_in_days == 7
    error_message = "The state machine must log its errors and be traced."
  }
}

run "does_without_destinations" {
  variables {
    destinations = {}
  }

  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.main.policy).Statement : length(s.Resource) > 0])
    error_message = "IAM takes no statement without a resource."
  }
}

run "refuses_to_wait_until_the_queue_drops_messages" {
  command = plan

  variables {
    destinations = {
      lake = {
        mapping_id           = "11111111-1111-1111-1111-111111111111"
        mapping_arn          = "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:11111111-1111-1111-1111-111111111111"
        alias_arn            = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake:live"
        maximum_concurrency  = 4
        queue_retention_days = 1
      }
    }
  }

  expect_failures = [aws_sfn_state_machine.main]
}

run "refuses_more_events_than_an_execution_may_have" {
  command = plan

  variables {
    max_open_seconds = 40001
  }

  expect_failures = [aws_sfn_state_machine.main]
}

run "refuses_rounds_that_the_alarm_would_miss" {
  command = plan

  variables {
    probe_max_seconds = 41
  }

  expect_failures = [var.probe_timeout_seconds]
}

run "refuses_to_be_half_open_for_longer_than_the_alarm_looks" {
  command = plan

  variables {
    half_open_seconds = 41
  }

  expect_failures = [var.half_open_seconds]
}

run "refuses_a_first_probe_after_the_last" {
  command = plan

  variables {
    probe_first_seconds = 41
  }

  expect_failures = [var.probe_first_seconds]
}

run "refuses_no_time_at_all" {
  command = plan

  variables {
    max_open_seconds = 59
  }

  expect_failures = [var.max_open_seconds]
}

run "refuses_to_be_armed_at_once" {
  command = plan

  variables {
    rearm_seconds = 0
  }

  expect_failures = [var.rearm_seconds]
}

run "refuses_a_destination_that_is_called_breaker" {
  command = plan

  variables {
    destinations = {
      breaker = {
        mapping_id           = "11111111-1111-1111-1111-111111111111"
        mapping_arn          = "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:11111111-1111-1111-1111-111111111111"
        alias_arn            = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-breaker:live"
        maximum_concurrency  = 4
        queue_retention_days = 4
      }
    }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_prefix_that_is_no_name" {
  command = plan

  variables {
    prefix = "Rumline"
  }

  expect_failures = [var.prefix]
}

run "refuses_a_boundary_that_is_no_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "rumline-test-boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    environment        = "Dev Ann"
    kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:alias/test"
    log_retention_days = 2
  }

  expect_failures = [var.environment, var.kms_key_arn, var.log_retention_days]
}

run "refuses_half_a_second" {
  command = plan

  variables {
    probe_max_seconds = 40.5
  }

  expect_failures = [var.probe_max_seconds]
}

run "refuses_to_settle_for_longer_than_a_quarter_of_an_hour" {
  command = plan

  variables {
    settle_seconds = 901
  }

  expect_failures = [var.settle_seconds]
}
