# raw bucket → topic → a queue, a function and a dead-letter queue per destination. All functions share the ledger and the
# quarantine.

data "aws_caller_identity" "current" {
  lifecycle {
    postcondition {
      condition     = !var.emulator || self.account_id == "123456789012"
      error_message = "emulator is true, but the credentials lead to account ${self.account_id} instead of the emulator's 123456789012: set AWS_ENDPOINT_URL to the emulator's address."
    }
  }
}

data "aws_partition" "current" {}

module "landing" {
  source = "./modules/landing"

  bucket        = "${local.prefix}-raw-${local.account_id}"
  topic         = "${local.prefix}-raw-objects"
  key_prefix    = local.raw_prefix
  account_id    = local.account_id
  expiry_days   = var.raw_expiry_days
  force_destroy = var.force_destroy

  # Messages point at versions: an overwritten one is needed for as long as the last message that points at it.
  noncurrent_expiry_days = max(0, values(local.message_days)...) + 1
}

module "lake" {
  source   = "./modules/lake"
  for_each = local.output_buckets

  bucket        = each.value
  transitions   = var.output_transitions
  force_destroy = var.force_destroy
}

module "ledger" {
  source = "./modules/ledger"

  name          = local.ledger_table
  force_destroy = var.force_destroy
}

module "quarantine" {
  source = "./modules/lake"

  bucket        = local.quarantine_bucket
  expiry_days   = var.quarantine_expiry_days
  force_destroy = var.force_destroy
}

# What only the emulator and whoever runs the pipeline at a desk need shorter is in environments/local.tfvars.
module "observability" {
  source = "./modules/observability"

  prefix      = local.prefix
  environment = var.environment
  region      = var.region
  account_id  = local.account_id
  emulator    = var.emulator

  destinations = {
    for name, destination in local.destinations : name => {
      function_name              = "${local.prefix}-${name}"
      queue_name                 = "${local.prefix}-${name}"
      dlq_name                   = "${local.prefix}-${name}-dlq"
      log_group                  = "/aws/lambda/${local.prefix}-${name}"
      timeout_seconds            = destination.timeout_seconds
      batch_window_seconds       = destination.batch_window_seconds
      visibility_timeout_seconds = destination.visibility_timeout_seconds
      max_receive_count          = destination.max_receive_count
      queue_retention_days       = destination.queue_retention_days
      reserved_concurrency       = var.reserved_concurrency
    }
  }

  topic                     = "${local.prefix}-raw-objects"
  raw_bucket                = module.landing.bucket
  ledger_table              = local.ledger_table
  replay_state_machine_arn  = local.state_machine_arns.replay
  breaker_state_machine_arn = local.state_machine_arns.breaker

  alarm_period_seconds = var.alarm_period_seconds
  thresholds           = var.alarm_thresholds
  alarm_emails         = var.alarm_emails
  runbook_url          = var.runbook_url
  budget               = var.budget

  notify = {
    package            = "${local.artifacts_dir}/notify.zip"
    webhook_secret_arn = aws_secretsmanager_secret.main[local.webhook_secret].arn
    architecture       = var.architecture
    log_level          = var.log_level
    log_retention_days = var.log_retention_days
  }
}

module "destination" {
  source   = "./modules/destination"
  for_each = local.destinations

  destination = each.key
  name        = "${local.prefix}-${each.key}"

  topic_arn      = module.landing.topic_arn
  raw_bucket_arn = module.landing.bucket_arn
  raw_prefix     = local.raw_prefix

  package              = "${local.artifacts_dir}/${each.key}.zip"
  architecture         = var.architecture
  memory_mb            = each.value.memory_mb
  timeout_seconds      = each.value.timeout_seconds
  ephemeral_storage_mb = each.value.ephemeral_storage_mb
  environment          = local.function_environment[each.key]
  permissions          = local.function_permissions[each.key]
  reserved_concurrency = var.reserved_concurrency
  log_retention_days   = var.log_retention_days

  batch_size                 = each.value.batch_size
  batch_window_seconds       = each.value.batch_window_seconds
  maximum_concurrency        = var.maximum_concurrency
  visibility_timeout_seconds = each.value.visibility_timeout_seconds
  max_receive_count          = each.value.max_receive_count
  queue_retention_days       = each.value.queue_retention_days
  dlq_retention_days         = each.value.dlq_retention_days
}

module "replay" {
  source = "./modules/replay"

  name      = "${local.prefix}-replay"
  workspace = local.workspace

  destinations = {
    for name, destination in module.destination : name => {
      function_arn    = destination.function_arn
      dlq_arn         = destination.dlq_arn
      alarm_name      = "${local.prefix}-${name}-dlq-depth"
      timeout_seconds = local.destinations[name].timeout_seconds
    }
  }

  ledger_table_arn      = module.ledger.table_arn
  quarantine_bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${local.quarantine_bucket}"
  parked_prefix         = local.parked_prefix
  alarm_topic_arn       = module.observability.topic_arn

  package            = "${local.artifacts_dir}/replay.zip"
  architecture       = var.architecture
  log_level          = var.log_level
  log_retention_days = var.log_retention_days

  cooldown_seconds = var.replay.cooldown_seconds
  probe_retry      = { interval_seconds = 5, max_delay_seconds = var.replay.probe_max_delay_seconds, max_attempts = 53 }
}

module "breaker" {
  source = "./modules/breaker"

  prefix      = local.prefix
  environment = var.environment

  destinations = {
    for name, destination in module.destination : name => {
      mapping_id           = destination.mapping_id
      mapping_arn          = destination.mapping_arn
      function_name        = destination.function_name
      function_arn         = destination.function_arn
      maximum_concurrency  = var.maximum_concurrency
      queue_retention_days = local.destinations[name].queue_retention_days
    }
  }

  probe_first_seconds = var.breaker.probe_first_seconds
  probe_max_seconds   = var.breaker.probe_max_seconds
  half_open_seconds   = var.breaker.half_open_seconds
  settle_seconds      = var.breaker.settle_seconds
  max_open_seconds    = var.breaker.max_open_seconds

  log_retention_days = var.log_retention_days
}
