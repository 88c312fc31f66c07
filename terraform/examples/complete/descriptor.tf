# What is there, for the replay and the on-call's commands: both find everything under /rumline/<name>. One parameter a destination,
# because a parameter holds 4 KB. What they read is shared/deployment.

resource "aws_ssm_parameter" "deployment" {
  name        = "/rumline/${var.name}/deployment"
  description = "Rumline ${var.name}: what is there"
  type        = "String"

  value = jsonencode({
    workspace             = var.name
    environment           = var.name
    region                = var.region
    raw_bucket            = module.landing.bucket
    raw_prefix            = local.raw_prefix
    ledger_table          = local.ledger_table
    quarantine_bucket     = local.quarantine_bucket
    quarantine_prefix     = local.quarantine_prefix
    parked_prefix         = local.parked_prefix
    replay_state_machine  = module.replay.state_machine_arn
    breaker_state_machine = module.breaker.state_machine_arn
    alarm_topic           = module.observability.topic_arn
    alarm_prefix          = module.observability.alarm_prefix
    alarms                = module.observability.alarm_kinds.none
    dashboard             = module.observability.dashboard
    functions = merge(
      { for name, destination in module.destination : name => destination.function_name },
      { replay = module.replay.function_name, notify = module.observability.notify.function_name, migrate = module.migrate.function_name },
    )
  })
}

resource "aws_ssm_parameter" "destination" {
  for_each = local.destinations

  name        = "/rumline/${var.name}/destinations/${each.key}"
  description = "Rumline ${var.name}: destination ${each.key}"
  type        = "String"

  value = jsonencode({
    queue_url            = module.destination[each.key].queue_url
    queue_arn            = module.destination[each.key].queue_arn
    dlq_url              = module.destination[each.key].dlq_url
    function             = "${module.destination[each.key].function_name}:${module.destination[each.key].alias}"
    mapping              = module.destination[each.key].mapping_id
    log_group            = module.destination[each.key].log_group
    batch_size           = local.batch_size
    maximum_concurrency  = local.maximum_concurrency
    reserved_concurrency = local.reserved_concurrency
    timeout_seconds      = local.timeout_seconds
    max_receive_count    = local.max_receive_count
    queue_retention_days = local.queue_retention_days
    alarms               = module.observability.alarm_kinds.destinations[each.key]
  })
}
