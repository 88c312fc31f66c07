output "queue_url" {
  description = "URL of the queue."
  value       = aws_sqs_queue.main.url
}

output "queue_arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.main.arn
}

output "dlq_url" {
  description = "URL of the dead-letter queue."
  value       = aws_sqs_queue.dlq.url
}

output "dlq_arn" {
  description = "ARN of the dead-letter queue."
  value       = aws_sqs_queue.dlq.arn
}

output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "function_arn" {
  description = "ARN of the function, without a version."
  value       = module.function.function_arn
}

output "alias_arn" {
  description = "ARN of the function's alias `live`: what is invoked."
  value       = module.function.alias_arn
}

output "alias" {
  description = "Name of the alias: live."
  value       = module.function.alias
}

output "version" {
  description = "Version of the function that was published last."
  value       = module.function.version
}

output "log_group" {
  description = "Name of the function's log group."
  value       = module.function.log_group
}

output "mapping_id" {
  description = "UUID of the event source mapping, which stops and starts the queue's messages."
  value       = aws_lambda_event_source_mapping.main.uuid
}

output "mapping_arn" {
  description = "ARN of the event source mapping."
  value       = aws_lambda_event_source_mapping.main.arn
}
