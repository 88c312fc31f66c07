# The alarms that are nobody's destination, and all of them as resources.

locals {
  global_kinds = {
    replay-gave-up = {
      summary = "The automatic replay gave up: dead letters are left that it could not deliver, and nothing tries them any more."
      run     = "go tool task dlq ENV=${local.workspace}"
      metrics = {
        for name in keys(var.destinations) : "d_${replace(name, "-", "_")}" => ["pipeline-${name}", "ReplayGaveUp", "Sum"]
      }
      # A destination whose replay had nothing to do says nothing.
      expression = join(" + ", [for name in keys(var.destinations) : "FILL(d_${replace(name, "-", "_")}, 0)"])
      tells      = ["alarm"]
    }

    replay-failed = {
      summary    = "A replay broke off in the middle. Nothing is lost: what it had not delivered is in the dead-letter queue, or returns to it."
      run        = "go tool task dlq ENV=${local.workspace}"
      metrics    = { for result in ["Failed", "TimedOut", "Aborted"] : lower(result) => ["replay", "Executions${result}", "Sum"] }
      expression = "FILL(failed, 0) + FILL(timedout, 0) + FILL(aborted, 0)"
      tells      = ["alarm"]
    }

    # It ends by itself when it gives up or cannot work, and lets the messages flow.
    breaker-failed = {
      summary    = "A circuit breaker gave up or broke off: its destination is tried again while it may be down, and what fails goes to the dead-letter queue."
      run        = "go tool task status ENV=${local.workspace}"
      metrics    = { for result in ["Failed", "TimedOut", "Aborted"] : lower(result) => ["breaker", "Executions${result}", "Sum"] }
      expression = "FILL(failed, 0) + FILL(timedout, 0) + FILL(aborted, 0)"
      tells      = ["alarm"]
    }

    # Told to the e-mail addresses of the topic, since Slack may not hear of it. It has no ok: told through the function
    # that fails, each end would make the next beginning.
    notify-failed = {
      summary    = "A message to Slack was not delivered: alarms may go unheard. This one also goes to the e-mail addresses."
      run        = "aws logs tail /aws/lambda/${local.notify_name} --since 1h --region ${var.region}"
      metrics    = { errors = ["notify", "Errors", "Sum"] }
      expression = null
      tells      = ["alarm"]
    }
  }

  alarms = merge(concat(
    [
      for name, kinds in local.destination_kinds : {
        for kind, alarm in kinds : "${name}-${kind}" => merge(alarm, { kind = kind, sources = local.destination_sources[name] })
      }
    ],
    # Each is something that happened, not something that lasts: it stays in alarm for a quarter of an hour.
    [{
      for kind, alarm in local.global_kinds : kind => merge(alarm, {
        kind       = kind
        sources    = local.global_sources
        comparison = "GreaterThanThreshold"
        threshold  = 0
        datapoints = 1
        periods    = 15
      })
    }],
  )...)
}

resource "aws_cloudwatch_metric_alarm" "main" {
  for_each = local.alarms

  alarm_name        = "${var.prefix}-${each.key}"
  alarm_description = "${each.value.summary}\nRun: ${each.value.run}\nRunbook: ${var.runbook_url}/${each.value.kind}.md"

  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  datapoints_to_alarm = each.value.datapoints
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"

  alarm_actions = contains(each.value.tells, "alarm") ? [aws_sns_topic.main.arn] : []
  ok_actions    = contains(each.value.tells, "ok") ? [aws_sns_topic.main.arn] : []

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = each.value.expression == null

      metric {
        namespace   = each.value.sources[metric_query.value[0]].namespace
        dimensions  = each.value.sources[metric_query.value[0]].dimensions
        metric_name = metric_query.value[1]
        stat        = metric_query.value[2]
        period      = var.alarm_period_seconds
      }
    }
  }

  dynamic "metric_query" {
    for_each = each.value.expression[*]

    content {
      id          = "value"
      expression  = metric_query.value
      label       = each.value.kind
      return_data = true
    }
  }
}
