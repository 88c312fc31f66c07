output "arn" {
  description = "ARN of the key."
  value       = aws_kms_key.main.arn
}

output "alias" {
  description = "Name that people find the key by."
  value       = aws_kms_alias.main.name
}
