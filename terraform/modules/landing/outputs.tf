output "bucket" {
  description = "Name of the raw bucket."
  value       = aws_s3_bucket.main.bucket
}

output "bucket_arn" {
  description = "ARN of the raw bucket."
  value       = aws_s3_bucket.main.arn
}

output "topic_arn" {
  description = "ARN of the topic that announces each object."
  value       = aws_sns_topic.main.arn
}
