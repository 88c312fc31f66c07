# What is seen and who hears of it: dashboard, saved queries, composite alarms, topic, budget.

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

run "shows_first_whether_anything_is_lost" {
  assert {
    condition = alltrue([
      for i, name in ["click-house", "lake"] :
      jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets[1 + 2 * i].properties.title == "${name}: received = written + quarantined"
      && jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets[1 + 2 * i].y == 4
      && jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets[1 + 2 * i].x == 8 * i
      && jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets[1 + 2 * i].properties.setPeriodToTimeRange
      && jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets[2 + 2 * i].properties.title == "${name}: messages now"
    ])
    error_message = "The first row must say of each destination whether anything is lost: ${jsonencode(jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets[*].properties)}"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_dashboard.main.dashboard_body, "received - written - quarantined")
    error_message = "What is in none of the places must be computed."
  }

  assert {
    condition     = strcontains(jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets[0].properties.markdown, "https://example.com/runbook/README.md")
    error_message = "The runbook must be linked."
  }
}

run "shows_a_row_for_each_destination" {
  assert {
    condition = {
      for name in keys(var.destinations) : name => [
        for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets :
        trimprefix(widget.properties.title, "${name}: ") if startswith(lookup(widget.properties, "title", ""), "${name}: ") && widget.y >= 11
      ]
      } == {
      for name in keys(var.destinations) : name => [
        "backlog and age", "throughput", "failures by code", "duration", "breaker, errors, throttles", "dead letters",
      ]
    }
    error_message = "Every destination must have its six graphs."
  }

  # No two widgets may lie upon each other, and none beyond the grid.
  assert {
    condition = length(distinct(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : [
        for x in range(widget.x, widget.x + widget.width) : [for y in range(widget.y, widget.y + widget.height) : "${x},${y}"]
      ]
    ]))) == sum([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget.width * widget.height])
    error_message = "Widgets overlap: ${jsonencode([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : [widget.x, widget.y, widget.width, widget.height]])}"
  }

  assert {
    condition     = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget.x + widget.width <= 24])
    error_message = "A widget is beyond the grid of 24."
  }

  assert {
    condition = toset([
      for arn in flatten([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget.properties.alarms if widget.type == "alarm"]) :
      regex("^arn:aws:cloudwatch:us-east-1:123456789012:alarm:(.*)$", arn)[0]
    ]) == toset(values(output.alarms))
    error_message = "The dashboard must show every alarm."
  }

  # Every metric is a namespace, a name, pairs of dimensions, and options at most once, at its end.
  assert {
    condition = alltrue(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : [
        for metric in lookup(widget.properties, "metrics", []) :
        length([for part in metric : part if can(tostring(part))]) >= length(metric) - 1
        && length([for part in metric : part if can(tostring(part))]) % 2 == 0
      ]
    ]))
    error_message = "A metric of the dashboard is no metric."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_dashboard.main.dashboard_body, "\"label\":\"$${PROP('Dim.Code')}\"")
    error_message = "Failures must be labelled by their codes."
  }
}

run "a_fourth_destination_moves_what_is_below" {
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
    condition = length(distinct(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : [
        for x in range(widget.x, widget.x + widget.width) : [for y in range(widget.y, widget.y + widget.height) : "${x},${y}"]
      ]
    ]))) == sum([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget.width * widget.height])
    error_message = "Widgets overlap."
  }

  assert {
    condition     = length([for widget in jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets : widget if strcontains(jsonencode(widget), "rumline-prod-warehouse")]) == 7
    error_message = "The fourth destination must be in the first row and have a row of its own."
  }
}

run "adds_up_each_destinations_alarms_and_tells_nobody_twice" {
  assert {
    condition = alltrue([
      for name, alarm in aws_cloudwatch_composite_alarm.destination :
      alarm.alarm_name == "rumline-prod-${name}" && length(coalesce(alarm.alarm_actions, [])) == 0
      && toset(split(" OR ", alarm.alarm_rule)) == toset([for key, alarm_name in output.alarms : "ALARM(\"${alarm_name}\")" if startswith(key, "${name}-") && key != "${name}-destination-down"])
    ])
    error_message = "A composite alarm must be of its destination's alarms: ${jsonencode(aws_cloudwatch_composite_alarm.destination)}"
  }

  assert {
    condition = toset(split(" OR ", aws_cloudwatch_composite_alarm.environment[0].alarm_rule)) == toset([
      for alarm in ["click-house", "lake", "replay-gave-up", "replay-failed", "breaker-failed", "notify-failed"] : "ALARM(\"rumline-prod-${alarm}\")"
    ])
    error_message = "The environment's alarm must be of all of them: ${aws_cloudwatch_composite_alarm.environment[0].alarm_rule}"
  }
}

run "saves_queries_of_all_logs" {
  assert {
    condition     = toset(values(aws_cloudwatch_query_definition.main)[*].name) == toset([for query in ["failed messages by code", "one object's story", "slowest batches", "quarantined by reason"] : "rumline-prod/${query}"])
    error_message = "The saved queries are not the expected ones: ${join(", ", values(aws_cloudwatch_query_definition.main)[*].name)}"
  }

  assert {
    condition     = alltrue([for query in aws_cloudwatch_query_definition.main : query.log_group_names == tolist(["/aws/lambda/rumline-prod-click-house", "/aws/lambda/rumline-prod-lake"])])
    error_message = "A query must read the logs of all destinations."
  }
}

run "lets_alarms_budget_and_replay_publish_and_nobody_else" {
  assert {
    condition = [
      for statement in jsondecode(aws_sns_topic_policy.main.policy).Statement : [
        statement.Sid, values(statement.Principal)[0], statement.Action, statement.Resource, values(statement.Condition.ArnLike)[0], try(statement.Condition.StringEquals["aws:SourceAccount"], "")
      ] if statement.Effect == "Allow"
      ] == [
      ["AlarmsPublish", "cloudwatch.amazonaws.com", "sns:Publish", aws_sns_topic.main.arn, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:rumline-prod-*", "123456789012"],
      ["BudgetPublishes", "budgets.amazonaws.com", "sns:Publish", aws_sns_topic.main.arn, "arn:aws:budgets::123456789012:*", "123456789012"],
      ["ReplayReports", "arn:aws:iam::123456789012:root", "sns:Publish", aws_sns_topic.main.arn, "arn:aws:iam::123456789012:role/rumline-prod-replay*", ""],
    ]
    error_message = "Others may publish than should: ${aws_sns_topic_policy.main.policy}"
  }
}

run "tells_slack_and_the_addresses" {
  assert {
    condition     = aws_sns_topic_subscription.notify.protocol == "lambda" && aws_sns_topic_subscription.notify.endpoint == module.notify.alias_arn
    error_message = "The topic must invoke the notify function."
  }

  assert {
    condition     = aws_lambda_permission.notify.principal == "sns.amazonaws.com" && aws_lambda_permission.notify.source_arn == aws_sns_topic.main.arn && aws_lambda_permission.notify.function_name == "rumline-prod-notify" && aws_lambda_permission.notify.qualifier == "live"
    error_message = "The topic, and no other, may invoke the notify function."
  }

  assert {
    condition = local.notify_environment == {
      RUMLINE_ENVIRONMENT          = "prod"
      RUMLINE_LOG_LEVEL            = "info"
      RUMLINE_ALARM_PREFIX         = "rumline-prod-"
      RUMLINE_SLACK_WEBHOOK_SECRET = var.notify.webhook_secret_arn
    }
    error_message = "The notify function must be told what it needs: ${jsonencode(local.notify_environment)}"
  }

  assert {
    condition     = output.notify == { function_name = "rumline-prod-notify", log_group = "/aws/lambda/rumline-prod-notify", version = module.notify.version }
    error_message = "The function and its log must be found: ${jsonencode(output.notify)}"
  }

  assert {
    condition     = keys(aws_sns_topic_subscription.email) == ["on-call@example.com"]
    error_message = "The address must be subscribed."
  }

  assert {
    condition     = output.topic_arn == aws_sns_topic.main.arn && aws_sns_topic.main.name == "rumline-prod-alarms" && output.dashboard == "rumline-prod"
    error_message = "The names must carry the prefix."
  }
}

run "costs_nothing_to_leave_the_budget_out" {
  assert {
    condition     = length(aws_budgets_budget.main) == 0
    error_message = "Without a budget there must be none."
  }
}

run "tells_of_a_budget_that_is_spent_or_about_to_be" {
  command = plan

  variables {
    budget = { monthly_usd = 250, emails = ["boss@example.com"] }
  }

  assert {
    condition = aws_budgets_budget.main[0].limit_amount == "250.00" && toset([
      for n in aws_budgets_budget.main[0].notification : "${n.notification_type} ${n.threshold}"
    ]) == toset(["FORECASTED 100", "ACTUAL 80", "ACTUAL 100"])
    error_message = "The budget must tell at 80 and 100 %, and when 100 % are forecast."
  }
}

# An emulator has neither composite alarms, nor saved queries, nor budgets. Everything else is the same.
run "leaves_out_what_an_emulator_lacks_and_no_more" {
  command = plan

  variables {
    emulator = true
    budget   = { monthly_usd = 250 }
  }

  assert {
    condition = (
      length(aws_cloudwatch_composite_alarm.destination) == 0 && length(aws_cloudwatch_composite_alarm.environment) == 0 &&
      length(aws_cloudwatch_query_definition.main) == 0 && length(aws_budgets_budget.main) == 0
    )
    error_message = "What an emulator lacks must be left out."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.main) == 36 && aws_cloudwatch_dashboard.main.dashboard_name == "rumline-prod"
    error_message = "Alarms and dashboard must be there."
  }
}
