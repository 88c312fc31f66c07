output "region" {
  description = "AWS region that everything lives in."
  value       = var.region
}

output "raw_bucket" {
  description = "Bucket to put RUM objects into."
  value       = module.landing.bucket
}

output "raw_prefix" {
  description = "Key prefix that RUM objects must have in the raw bucket to be picked up."
  value       = local.raw_prefix
}

output "topic_arn" {
  description = "Topic that announces each raw object."
  value       = module.landing.topic_arn
}

output "destinations" {
  description = "Per destination: its queue, dead-letter queue, function, event source mapping and log group."
  value = {
    for name, destination in module.destination : name => {
      queue_url     = destination.queue_url
      queue_arn     = destination.queue_arn
      dlq_url       = destination.dlq_url
      dlq_arn       = destination.dlq_arn
      function_name = destination.function_name
      function_arn  = destination.function_arn
      mapping_id    = destination.mapping_id
      log_group     = destination.log_group
    }
  }
}

output "outputs" {
  description = "Per destination that writes objects: the bucket and the key prefix they go to."
  value = {
    for name, destination in local.destinations : name => {
      bucket = module.lake[destination.output.bucket].bucket
      prefix = destination.output.prefix
    } if destination.output != null
  }
}

output "ledger_table" {
  description = "Table that remembers what was delivered."
  value       = module.ledger.table
}

output "quarantine" {
  description = "Bucket and key prefix of what could not be an event; below it, a folder per destination."
  value = {
    bucket = module.quarantine.bucket
    prefix = local.quarantine_prefix
  }
}

output "secrets" {
  description = "Per secret: its name, and the command that sets its value from standard input."
  value = {
    for name, secret in aws_secretsmanager_secret.main : name => {
      name = secret.name
      put  = "aws secretsmanager put-secret-value --region ${var.region} --secret-id ${secret.name} --secret-string file:///dev/stdin"
    }
  }
}

output "workspace" {
  description = "What the on-call's commands call this environment: ENV=<workspace>."
  value       = local.workspace
}

output "replay_state_machine" {
  description = "ARN of the state machine that replays dead letters."
  value       = module.replay.state_machine_arn
}

output "breaker_state_machine" {
  description = "ARN of the state machine that opens and closes circuit breakers."
  value       = module.breaker.state_machine_arn
}

output "alarm_topic" {
  description = "ARN of the topic that alarms and reports go to."
  value       = module.observability.topic_arn
}

output "dashboard" {
  description = "Address of the dashboard."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${module.observability.dashboard}"
}
