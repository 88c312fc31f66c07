output "topic_arn" {
  description = "ARN of the topic that alarms and reports go to."
  value       = aws_sns_topic.main.arn
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.main.dashboard_name
}

output "dashboard_body" {
  description = "What the dashboard shows, as CloudWatch takes it."
  value       = aws_cloudwatch_dashboard.main.dashboard_body
}

output "alarm_prefix" {
  description = "What the names of all alarms begin with."
  value       = "${var.prefix}-"
}

output "alarms" {
  description = "Names of the alarms, by what follows the prefix in them: <destination>-<kind>, or the kind alone of those that are no destination's."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.main : key => alarm.alarm_name }
}

output "alarm_kinds" {
  description = "Kinds of the alarms: per destination, and those of no destination."
  value = {
    destinations = { for name, kinds in local.destination_kinds : name => keys(kinds) }
    none         = keys(local.global_kinds)
  }
}

output "notify" {
  description = "The function that tells Slack, its log group, and the version that was published last."
  value = {
    function_name = module.notify.function_name
    log_group     = module.notify.log_group
    version       = module.notify.version
  }
}
