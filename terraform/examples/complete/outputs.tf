output "raw_objects" {
  description = "Where to put RUM objects. Who does needs s3:PutObject there, and kms:GenerateDataKey on the key."
  value       = "s3://${module.landing.bucket}/${local.raw_prefix}"
}

output "key_arn" {
  description = "ARN of the KMS key."
  value       = module.key.arn
}

output "destinations" {
  description = "Per destination: its queue, dead-letter queue, function and log group."
  value = {
    for name, destination in module.destination : name => {
      queue_url     = destination.queue_url
      dlq_url       = destination.dlq_url
      function_name = destination.function_name
      log_group     = destination.log_group
    }
  }
}

output "athena" {
  description = "Workgroup and database to query the lake with."
  value       = { workgroup = module.athena.workgroup, database = module.athena.database }
}

output "secrets" {
  description = "Names of the secrets that want a value."
  value       = { for name, secret in aws_secretsmanager_secret.main : name => secret.name }
}

output "migrate" {
  description = "Name of the function that brings ClickHouse's schema up to date."
  value       = module.migrate.function_name
}
