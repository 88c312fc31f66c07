# The alarms that the destinations map turns into: which, on what, and who is told.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:any" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/any" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-prod-notify:live" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-prod-notify" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:rumline-prod-alarms" }
  }
}

variables {
  prefix                    = "rumline-prod"
  environment               = "prod"
  region                    = "us-east-1"
  account_id                = "123456789012"
  kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/test"
  topic                     = "rumline-prod-raw-objects"
  raw_bucket                = "rumline-prod-raw-123456789012"
  ledger_table              = "rumline-prod-ledger"
  replay_state_machine_arn  = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-prod-replay"
  breaker_state_machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-prod-breaker"
  runbook_url               = "https://example.com/runbook"
  alarm_emails              = ["on-call@example.com"]

  notify = {
    package            = "README.md" # any file: nothing is deployed
    webhook_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rumline-prod-slack-webhook"
    log_retention_days = 7
  }

  destinations = {
    lake = {
      function_name              = "rumline-prod-lake"
      queue_name                 = "rumline-prod-lake"
      dlq_name                   = "rumline-prod-lake-dlq"
      log_group                  = "/aws/lambda/rumline-prod-lake"
      timeout_seconds            = 120
      batch_window_seconds       = 30
      visibility_timeout_seconds = 750
      max_receive_count          = 5
      queue_retention_days       = 4
      reserved_concurrency       = 20
    }

    click-house = {
      function_name        = "rumline-prod-click-house"
      queue_name           = "rumline-prod-click-house"
      dlq_name             = "rumline-prod-click-house-dlq"
      log_group            = "/aws/lambda/rumline-prod-click-house"
      timeout_seconds      = 60
      batch_window_seconds = 5
      max_receive_count    = 3
      queue_retention_days = 1
      reserved_concurrency = 10
    }
  }
}

run "makes_one_set_per_destination_and_the_global_ones" {
  assert {
    condition = toset(values(aws_cloudwatch_metric_alarm.main)[*].alarm_name) == toset(concat(
      flatten([
        for destination in ["lake", "click-house"] : [
          for kind in [
            "dlq-depth", "message-age", "error-rate", "function-errors", "throttles", "imbalance", "duration", "quarantine-rate",
            "breaker-open", "destination-down", "failure-object-missing", "failure-object-denied", "failure-destination-refused",
            "failure-ledger-refused", "failure-quarantine-refused", "failure-malformed-message",
          ] : "rumline-prod-${destination}-${kind}"
        ]
      ]),
      ["rumline-prod-replay-gave-up", "rumline-prod-replay-failed", "rumline-prod-breaker-failed", "rumline-prod-notify-failed"],
    ))
    error_message = "The alarms are not those of the two destinations and the global ones: ${join(", ", values(aws_cloudwatch_metric_alarm.main)[*].alarm_name)}"
  }

  assert {
    condition     = output.alarms["lake-dlq-depth"] == "rumline-prod-lake-dlq-depth" && length(output.alarms) == 36
    error_message = "The output must name every alarm: ${jsonencode(output.alarms)}"
  }

  assert {
    condition     = toset(keys(output.alarms)) == toset(concat(output.alarm_kinds.none, [for name, kinds in output.alarm_kinds.destinations : [for kind in kinds : "${name}-${kind}"]]...))
    error_message = "The kinds must be those of every alarm: ${jsonencode(output.alarm_kinds)}"
  }

  # What is paid for: the README says how much.
  assert {
    condition     = length(flatten([for alarm in aws_cloudwatch_metric_alarm.main : [for query in alarm.metric_query : query.id if length(query.metric) > 0]])) == 2 * 24 + 7
    error_message = "There must be 24 alarm metrics for each destination and 7 that they share."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.main : length(alarm.alarm_name) <= 255 && alarm.treat_missing_data == "notBreaching"])
    error_message = "No data is no alarm: a function without work says nothing."
  }
}

run "tells_people_what_they_must_know_and_nothing_twice" {
  assert {
    condition = toset([
      for key, alarm in aws_cloudwatch_metric_alarm.main : key if alarm.alarm_actions != toset([aws_sns_topic.main.arn])
    ]) == toset(["lake-destination-down", "click-house-destination-down"])
    error_message = "Every alarm must be told, but for destination-down, which breaker-open tells."
  }

  assert {
    condition = toset([
      for key, alarm in aws_cloudwatch_metric_alarm.main : trimprefix(trimprefix(key, "lake-"), "click-house-") if length(coalesce(alarm.ok_actions, [])) == 0
    ]) == toset(["destination-down", "imbalance", "replay-gave-up", "replay-failed", "breaker-failed", "notify-failed"])
    error_message = "Every alarm's end must be told, but for those that not happening again does not undo."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.main : alarm.ok_actions == null || length(setsubtract(alarm.ok_actions, [aws_sns_topic.main.arn])) == 0])
    error_message = "Nobody else may be told."
  }
}

run "says_what_to_run_and_to_read" {
  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.main :
      can(regex("^[^\n]+[.]\nRun: [a-z][^\n]+\nRunbook: https://example[.]com/runbook/[a-z-]+[.]md$", alarm.alarm_description)) && length(alarm.alarm_description) <= 1024
    ])
    error_message = "A description must be a line of prose, a command and a page: ${jsonencode([for alarm in aws_cloudwatch_metric_alarm.main : alarm.alarm_description])}"
  }

  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.main : fileexists("runbook/${regex("/([a-z-]+[.]md)$", alarm.alarm_description)[0]}")
    ])
    error_message = "There is an alarm without a page: ${join(", ", [for key, alarm in aws_cloudwatch_metric_alarm.main : key if !fileexists("runbook/${regex("/([a-z-]+[.]md)$", alarm.alarm_description)[0]}")])}"
  }

  assert {
    condition     = alltrue([for key, alarm in local.alarms : length(try(file("runbook/${alarm.kind}.md"), "")) > 500])
    error_message = "There is an empty page: ${join(", ", [for key, alarm in local.alarms : alarm.kind if length(try(file("runbook/${alarm.kind}.md"), "")) <= 500])}"
  }

  assert {
    condition = alltrue([
      for name in keys(var.destinations) : alltrue([
        for kind in keys(local.destination_kinds[name]) :
        can(regex("\nRun: go tool task [a-z:]+ (ENV=prod DEST=${name}( CODE=[a-z_]+)?|-- list -workspace prod -destination ${name} -since 1h)\n", aws_cloudwatch_metric_alarm.main["${name}-${kind}"].alarm_description))
      ])
    ])
    error_message = "The command must be the destination's, in its environment."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.main["lake-failure-object-missing"].alarm_description, "\nRun: go tool task dlq:show ENV=prod DEST=lake CODE=object_missing\n")
    error_message = "A failure's alarm must show its messages: ${aws_cloudwatch_metric_alarm.main["lake-failure-object-missing"].alarm_description}"
  }
}

# An evaluator of its own reads these on a machine without CloudWatch: it knows metrics, numbers, + - * / > and FILL, IF.
run "computes_with_what_every_evaluator_knows" {
  assert {
    condition = {
      for kind in [
        "dlq-depth", "message-age", "error-rate", "function-errors", "throttles", "imbalance", "duration", "quarantine-rate",
        "breaker-open", "destination-down", "failure-object-missing",
      ] :
      kind => [
        join(" | ", [for q in aws_cloudwatch_metric_alarm.main["lake-${kind}"].metric_query : q.expression if length(q.metric) == 0]),
        join(" ", sort(flatten([for q in aws_cloudwatch_metric_alarm.main["lake-${kind}"].metric_query : [for m in q.metric : "${q.id}=${m.namespace}/${m.metric_name}/${m.stat}"]]))),
      ]
      } == {
      dlq-depth              = ["visible + hidden", "hidden=AWS/SQS/ApproximateNumberOfMessagesNotVisible/Maximum visible=AWS/SQS/ApproximateNumberOfMessagesVisible/Maximum"]
      message-age            = ["", "age=AWS/SQS/ApproximateAgeOfOldestMessage/Maximum"]
      error-rate             = ["100 * failed / (failed + delivered + duplicate)", "delivered=Rumline/ObjectsDelivered/Sum duplicate=Rumline/ObjectsDuplicate/Sum failed=Rumline/ObjectsFailed/Sum"]
      function-errors        = ["IF(FILL(open, 0) > 0, 0, errors)", "errors=AWS/Lambda/Errors/Sum open=Rumline/BreakerOpen/Maximum"]
      throttles              = ["", "throttles=AWS/Lambda/Throttles/Sum"]
      imbalance              = ["", "imbalance=Rumline/Imbalance/Maximum"]
      duration               = ["", "duration=AWS/Lambda/Duration/Maximum"]
      quarantine-rate        = ["100 * quarantined / read", "quarantined=Rumline/RecordsQuarantined/Sum read=Rumline/RecordsRead/Sum"]
      breaker-open           = ["", "open=Rumline/BreakerOpen/Maximum"]
      destination-down       = ["100 * systemic / (systemic + delivered + duplicate)", "delivered=Rumline/ObjectsDelivered/Sum duplicate=Rumline/ObjectsDuplicate/Sum systemic=Rumline/SystemicFailures/Sum"]
      failure-object-missing = ["", "failures=Rumline/Failures/Sum"]
    }
    error_message = "An alarm computes something else than designed."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.main : length([for q in alarm.metric_query : q if q.return_data]) == 1])
    error_message = "An alarm must look at exactly one value."
  }

  assert {
    condition = [
      for q in aws_cloudwatch_metric_alarm.main["replay-gave-up"].metric_query : q.expression if length(q.metric) == 0
    ] == ["FILL(d_click_house, 0) + FILL(d_lake, 0)"]
    error_message = "The automatic replays of all destinations must be added up."
  }
}

run "looks_at_the_right_queue_function_and_dimensions" {
  assert {
    condition = alltrue([
      for key, dimensions in {
        lake-dlq-depth                     = { QueueName = "rumline-prod-lake-dlq" }
        lake-message-age                   = { QueueName = "rumline-prod-lake" }
        lake-duration                      = { FunctionName = "rumline-prod-lake" }
        lake-imbalance                     = { Destination = "lake", Environment = "prod" }
        click-house-failure-ledger-refused = { Destination = "click-house", Environment = "prod", Code = "ledger_refused" }
        replay-failed                      = { StateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-prod-replay" }
        breaker-failed                     = { StateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-prod-breaker" }
        notify-failed                      = { FunctionName = "rumline-prod-notify" }
      } :
      alltrue([for m in flatten(aws_cloudwatch_metric_alarm.main[key].metric_query[*].metric) : m.dimensions == tomap(dimensions) && m.period == 60])
    ])
    error_message = "An alarm looks at something else's metric."
  }
}

run "begins_where_it_was_designed_to" {
  assert {
    condition = {
      for key in keys(local.destination_kinds.lake) :
      key => join(" ", [
        aws_cloudwatch_metric_alarm.main["lake-${key}"].comparison_operator == "GreaterThanThreshold" ? ">" : ">=",
        aws_cloudwatch_metric_alarm.main["lake-${key}"].threshold,
        aws_cloudwatch_metric_alarm.main["lake-${key}"].datapoints_to_alarm, "of", aws_cloudwatch_metric_alarm.main["lake-${key}"].evaluation_periods,
      ])
      } == {
      dlq-depth                   = "> 0 1 of 1"
      message-age                 = "> 3600 3 of 3"
      error-rate                  = "> 5 3 of 5"
      function-errors             = "> 0 2 of 16" # 120 + 30 + 750 s, and one
      throttles                   = "> 0 5 of 5"
      imbalance                   = "> 0 1 of 15"
      duration                    = ">= 96000 3 of 5" # 80 % of 120 s
      quarantine-rate             = "> 1 3 of 5"
      breaker-open                = ">= 1 1 of 3"
      destination-down            = "> 50 1 of 1"
      failure-object-missing      = "> 0 1 of 16"
      failure-object-denied       = "> 0 1 of 16"
      failure-destination-refused = "> 0 1 of 16"
      failure-ledger-refused      = "> 0 1 of 16"
      failure-quarantine-refused  = "> 0 1 of 16"
      failure-malformed-message   = "> 0 1 of 16"
    }
    error_message = "An alarm begins elsewhere than designed."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.main["click-house-function-errors"].evaluation_periods == ceil((60 + 5 + 6 * 60 + 5) / 60) + 1
    error_message = "Without a visibility timeout it is six of the function's and the window: ${aws_cloudwatch_metric_alarm.main["click-house-function-errors"].evaluation_periods}"
  }
}

run "an_age_is_held_against_the_share_of_the_retention_too" {
  command = plan

  variables {
    thresholds = { message_age_seconds = 100000 }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.main["lake-message-age"].threshold == 86400 && aws_cloudwatch_metric_alarm.main["click-house-message-age"].threshold == 21600
    error_message = "A quarter of 4 days and of 1 day must be the limit: ${aws_cloudwatch_metric_alarm.main["lake-message-age"].threshold}, ${aws_cloudwatch_metric_alarm.main["click-house-message-age"].threshold}"
  }
}

run "an_emulator_may_be_in_a_hurry" {
  command = plan

  variables {
    emulator             = true
    alarm_period_seconds = 10
  }

  assert {
    condition     = alltrue([for m in flatten([for alarm in aws_cloudwatch_metric_alarm.main : alarm.metric_query[*].metric]) : m.period == 10])
    error_message = "Every metric must have the period of 10 s."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.main["lake-function-errors"].evaluation_periods == 91
    error_message = "A retry takes as long with shorter periods: ${aws_cloudwatch_metric_alarm.main["lake-function-errors"].evaluation_periods} of them."
  }
}

run "one_more_destination_is_one_more_set" {
  command = plan

  variables {
    destinations = {
      for name in ["clickhouse", "parquet", "json", "warehouse"] : name => {
        function_name        = "rumline-prod-${name}"
        queue_name           = "rumline-prod-${name}"
        dlq_name             = "rumline-prod-${name}-dlq"
        log_group            = "/aws/lambda/rumline-prod-${name}"
        timeout_seconds      = 120
        batch_window_seconds = 30
        max_receive_count    = 5
        queue_retention_days = 4
        reserved_concurrency = 20
      }
    }
  }

  assert {
    condition = (
      length(aws_cloudwatch_metric_alarm.main) == 4 * 16 + 4 &&
      length([for key in keys(aws_cloudwatch_metric_alarm.main) : key if startswith(key, "warehouse-")]) == 16
    )
    error_message = "The fourth destination must add 16 alarms: there are ${length(aws_cloudwatch_metric_alarm.main)}."
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_composite_alarm.destination)) == toset(["clickhouse", "parquet", "json", "warehouse"])
    error_message = "The fourth destination must have a composite alarm."
  }
}
