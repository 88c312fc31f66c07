output "state_machine_arn" {
  description = "ARN of the state machine."
  value       = aws_sfn_state_machine.main.arn
}

output "state_machine_name" {
  description = "Name of the state machine."
  value       = aws_sfn_state_machine.main.name
}

output "state_machine_log_group" {
  description = "Name of the state machine's log group."
  value       = aws_cloudwatch_log_group.state_machine.name
}

output "function_name" {
  description = "Name of the function with the steps."
  value       = module.function.function_name
}

output "function_arn" {
  description = "ARN of the function with the steps."
  value       = module.function.function_arn
}

output "version" {
  description = "Version of the function that was published last."
  value       = module.function.version
}

output "log_group" {
  description = "Name of the function's log group."
  value       = module.function.log_group
}

output "rules" {
  description = "Per destination: the rule that starts its replay when its dead-letter queue's alarm goes off."
  value       = { for destination, rule in aws_cloudwatch_event_rule.main : destination => rule.name }
}
