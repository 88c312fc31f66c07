output "table" {
  description = "Name of the table."
  value       = aws_dynamodb_table.main.name
}

output "table_arn" {
  description = "ARN of the table."
  value       = aws_dynamodb_table.main.arn
}
