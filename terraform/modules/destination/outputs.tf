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

output "mapping_id" {
  description = "UUID of the event source mapping, which stops and starts the queue's messages."
  value       = aws_lambda_event_source_mapping.main.uuid
}

output "mapping_arn" {
  description = "ARN of the event source mapping."
  value       = aws_lambda_event_source_mapping.main.arn
}
