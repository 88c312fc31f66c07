output "state_machine_arn" {
  description = "ARN of the state machine."
  value       = aws_sfn_state_machine.main.arn
}

output "state_machine_name" {
  description = "Name of the state machine."
  value       = aws_sfn_state_machine.main.name
}

output "rules" {
  description = "Per destination: the rule that starts its breaker. A breaker that gave up disables it for rearm_seconds."
  value       = { for destination, rule in aws_cloudwatch_event_rule.main : destination => rule.name }
}
