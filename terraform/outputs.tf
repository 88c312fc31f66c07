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
  description = "Per destination: its queue, dead-letter queue, function with its alias and the version that was deployed last, event source mapping and log group."
  value = {
    for name, destination in module.destination : name => {
      queue_url     = destination.queue_url
      queue_arn     = destination.queue_arn
      dlq_url       = destination.dlq_url
      dlq_arn       = destination.dlq_arn
      function_name = destination.function_name
      function_arn  = destination.function_arn
      alias_arn     = destination.alias_arn
      version       = destination.version
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

output "athena" {
  description = "Workgroup and database to query the lake with. Null without a lake."
  value       = one([for athena in module.athena : { workgroup = athena.workgroup, database = athena.database }])
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

  # dev's alarm of the destination json is called rumline-dev-json, and so would be that of all of dev-json.
  precondition {
    condition = local.workspace == local.tier_name || alltrue([
      for name in concat(keys(var.destinations), local.parts) : name != local.further && !startswith(name, "${local.further}-") && !startswith(local.further, "${name}-")
    ])
    error_message = "The workspace is called \"${local.workspace}\", and would have names of ${local.tier_name}: what follows ${local.tier_name}- may not be a destination or a part (${join(", ", concat(keys(var.destinations), local.parts))}), nor begin with one and a hyphen, nor the other way round."
  }
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

output "key" {
  description = "ARN of the KMS key. Who puts raw objects needs kms:GenerateDataKey on it, who reads the outputs kms:Decrypt."
  value       = module.key.arn
}

output "tier" {
  description = "What this environment runs with."
  value       = local.tier

  precondition {
    condition     = alltrue([for days in values(local.message_days) : local.tier.raw_expiry_days > days])
    error_message = "raw_expiry_days is ${local.tier.raw_expiry_days}: raw objects must outlive the messages that point at them. ${join(" ", [for name, days in local.message_days : "Destination ${name} keeps one for up to ${days} days (${local.destinations[name].queue_retention_days} in the queue, ${local.destinations[name].dlq_retention_days} in the dead-letter queue)." if local.tier.raw_expiry_days <= days])}"
  }

  # S3 takes expired objects away once a day, and a day or two late.
  precondition {
    condition     = local.ledger_days >= local.tier.raw_expiry_days + 3
    error_message = "ledger_retention_days is ${local.ledger_days}, raw_expiry_days is ${local.tier.raw_expiry_days}: the ledger must outlive the raw objects by 3 days, or a backfill would deliver the oldest twice."
  }
}

output "cost_forecast" {
  description = "US dollars that a month will cost with events_per_month of the tier, in objects of events_per_object each: what is there anyway, what each destination takes, what they share, and all of it; and the destinations that were not measured, and so are not in the sum. Null where there are no coefficients."
  value = local.coefficients == null ? null : {
    events_per_month  = local.tier.events_per_month
    events_per_object = local.tier.events_per_object
    prices_of         = "${local.coefficients.region} on ${local.coefficients.date}"
    fixed_usd         = local.coefficients.fixed_monthly_usd
    events_usd        = { for name, usd in local.usd_per_million_events : name => format("%.2f", usd * local.millions_of_events) }
    monthly_usd       = format("%.2f", local.coefficients.fixed_monthly_usd + sum(values(local.usd_per_million_events)) * local.millions_of_events)
    not_measured      = [for name in keys(var.destinations) : name if !contains(keys(local.coefficients.destinations), name)]
  }
}
