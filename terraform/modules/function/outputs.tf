output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.main.function_name
}

output "function_arn" {
  description = "ARN of the function, without a version."
  value       = aws_lambda_function.main.arn
}

output "alias_arn" {
  description = "ARN of the alias `live`: what is invoked."
  value       = aws_lambda_alias.live.arn
}

output "alias" {
  description = "Name of the alias: live."
  value       = aws_lambda_alias.live.name
}

output "version" {
  description = "Version that was published last."
  value       = aws_lambda_function.main.version
}

output "artifact_key" {
  description = "Key of the zip in a bucket of artifacts: its folder is the function's, its name the hash of its content."
  value       = local.artifact_key
}

output "log_group" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.main.name
}

output "role_name" {
  description = "Name of the function's role."
  value       = aws_iam_role.main.name
}
