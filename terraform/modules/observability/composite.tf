# One look instead of dozens: is this destination well, is the environment? Nobody is told by these, since each of their
# alarms tells by itself. destination-down is no part of them: it starts the breaker, whose own alarm is.

locals {
  composites = {
    for name, kinds in local.destination_kinds : name => [for kind in keys(kinds) : "${name}-${kind}" if kind != "destination-down"]
  }
}

resource "aws_cloudwatch_composite_alarm" "destination" {
  for_each = var.emulator ? {} : local.composites

  alarm_name        = "${var.prefix}-${each.key}"
  alarm_description = "Something is wrong with ${each.key}.\nRun: go tool task status ENV=${local.workspace} DEST=${each.key}\nRunbook: ${var.runbook_url}/README.md"
  alarm_rule        = join(" OR ", [for alarm in each.value : "ALARM(\"${aws_cloudwatch_metric_alarm.main[alarm].alarm_name}\")"])
}

resource "aws_cloudwatch_composite_alarm" "environment" {
  count = var.emulator ? 0 : 1

  alarm_name        = var.prefix
  alarm_description = "Something is wrong with ${local.workspace}.\nRun: go tool task status ENV=${local.workspace}\nRunbook: ${var.runbook_url}/README.md"
  alarm_rule = join(" OR ", [
    for alarm in concat(values(aws_cloudwatch_composite_alarm.destination)[*].alarm_name, [for kind in keys(local.global_kinds) : aws_cloudwatch_metric_alarm.main[kind].alarm_name]) :
    "ALARM(\"${alarm}\")"
  ])
}
