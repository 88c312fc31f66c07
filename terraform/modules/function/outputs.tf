output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.main.function_name
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.main.arn
}

output "log_group" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.main.name
}

output "role_name" {
  description = "Name of the function's role."
  value       = aws_iam_role.main.name
}
