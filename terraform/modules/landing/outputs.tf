output "bucket" {
  description = "Name of the raw bucket."
  value       = module.bucket.bucket
}

output "bucket_arn" {
  description = "ARN of the raw bucket."
  value       = module.bucket.bucket_arn
}

output "topic_arn" {
  description = "ARN of the topic that announces each object."
  value       = aws_sns_topic.main.arn
}
