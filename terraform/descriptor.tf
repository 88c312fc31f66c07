# What is deployed, for those who operate it: the on-call's commands and the replay find everything by the workspace's name.
# One parameter a destination, because a parameter holds 4 KB.

resource "aws_ssm_parameter" "deployment" {
  name        = "/rumline/${local.workspace}/deployment"
  description = "Rumline ${local.workspace}: what is there"
  type        = "String"

  value = jsonencode({
    workspace             = local.workspace
    environment           = local.workspace
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
    alarm_prefix          = "${local.prefix}-"
    alarms                = module.observability.alarm_kinds.none
    dashboard             = local.prefix
    functions             = local.functions
    versions              = local.versions
  })
}

locals {
  functions = merge(
    { for name, destination in module.destination : name => destination.function_name },
    { replay = module.replay.function_name, notify = module.observability.notify.function_name },
    { for migrate in module.migrate : "migrate" => migrate.function_name },
  )

  # What was published last. What runs is what the aliases say.
  versions = merge(
    { for name, destination in module.destination : name => destination.version },
    { replay = module.replay.version, notify = module.observability.notify.version },
    { for migrate in module.migrate : "migrate" => migrate.version },
  )
}

resource "aws_ssm_parameter" "destination" {
  for_each = local.destinations

  name        = "/rumline/${local.workspace}/destinations/${each.key}"
  description = "Rumline ${local.workspace}: destination ${each.key}"
  type        = "String"

  value = jsonencode({
    queue_url            = module.destination[each.key].queue_url
    queue_arn            = module.destination[each.key].queue_arn
    dlq_url              = module.destination[each.key].dlq_url
    function             = "${module.destination[each.key].function_name}:${module.destination[each.key].alias}"
    mapping              = module.destination[each.key].mapping_id
    log_group            = module.destination[each.key].log_group
    batch_size           = each.value.batch_size
    maximum_concurrency  = local.tier.maximum_concurrency
    reserved_concurrency = local.tier.reserved_concurrency
    timeout_seconds      = each.value.timeout_seconds
    max_receive_count    = each.value.max_receive_count
    queue_retention_days = each.value.queue_retention_days
    alarms               = module.observability.alarm_kinds.destinations[each.key]
  })
}
