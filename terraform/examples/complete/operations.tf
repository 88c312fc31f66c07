# What watches the destinations, stops and restarts them, and delivers again what they could not take.

locals {
  # Put together, because what watches the state machines comes before them.
  state_machines = "arn:${local.partition}:states:${var.region}:${local.account_id}:stateMachine:${local.prefix}"
}

module "observability" {
  source = "../../modules/observability"

  prefix      = local.prefix
  environment = var.name
  region      = var.region
  account_id  = local.account_id
  kms_key_arn = module.key.arn

  destinations = {
    for name, destination in module.destination : name => {
      function_name        = destination.function_name
      queue_name           = "${local.prefix}-${name}"
      dlq_name             = "${local.prefix}-${name}-dlq"
      log_group            = destination.log_group
      timeout_seconds      = local.timeout_seconds
      batch_window_seconds = local.destinations[name].batch_window_seconds
      max_receive_count    = local.max_receive_count
      queue_retention_days = local.queue_retention_days
      reserved_concurrency = local.reserved_concurrency
    }
  }

  topic                     = local.topic
  raw_bucket                = local.raw_bucket
  ledger_table              = local.ledger_table
  replay_state_machine_arn  = "${local.state_machines}-replay"
  breaker_state_machine_arn = "${local.state_machines}-breaker"

  alarm_emails = var.alarm_emails
  runbook_url  = "https://github.com/rumline/rumline/blob/main/terraform/modules/observability/runbook"

  notify = {
    package            = "${var.artifacts_dir}/notify.zip"
    webhook_secret_arn = aws_secretsmanager_secret.main["slack-webhook"].arn
    log_retention_days = local.log_retention_days
  }
}

module "replay" {
  source = "../../modules/replay"

  name      = "${local.prefix}-replay"
  workspace = var.name

  destinations = {
    for name, destination in module.destination : name => {
      alias_arn       = destination.alias_arn
      dlq_arn         = destination.dlq_arn
      alarm_name      = module.observability.alarms["${name}-dlq-depth"]
      timeout_seconds = local.timeout_seconds
    }
  }

  ledger_table_arn      = module.ledger.table_arn
  quarantine_bucket_arn = module.quarantine.bucket_arn
  parked_prefix         = local.parked_prefix
  alarm_topic_arn       = module.observability.topic_arn

  package            = "${var.artifacts_dir}/replay.zip"
  kms_key_arn        = module.key.arn
  log_retention_days = local.log_retention_days
}

module "breaker" {
  source = "../../modules/breaker"

  prefix      = local.prefix
  environment = var.name

  destinations = {
    for name, destination in module.destination : name => {
      mapping_id           = destination.mapping_id
      mapping_arn          = destination.mapping_arn
      alias_arn            = destination.alias_arn
      maximum_concurrency  = local.maximum_concurrency
      queue_retention_days = local.queue_retention_days
    }
  }

  kms_key_arn        = module.key.arn
  log_retention_days = local.log_retention_days
}
