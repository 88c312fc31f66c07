# raw bucket → topic → a queue, a function and a dead-letter queue per destination. All functions share the ledger and the
# quarantine.

data "aws_caller_identity" "current" {
  lifecycle {
    postcondition {
      condition     = !local.tier.emulator || self.account_id == "123456789012"
      error_message = "emulator is true, but the credentials lead to account ${self.account_id} instead of the emulator's 123456789012: set AWS_ENDPOINT_URL to the emulator's address."
    }
  }
}

data "aws_partition" "current" {}

module "key" {
  source = "./modules/key"

  prefix        = local.prefix
  region        = var.region
  account_id    = local.account_id
  raw_bucket    = local.raw_bucket
  topic         = local.topic
  force_destroy = local.tier.force_destroy
}

module "access_logs" {
  source = "./modules/bucket"
  count  = local.tier.emulator ? 0 : 1

  bucket        = "${local.prefix}-access-${local.account_id}"
  expiry_days   = var.access_log_expiry_days
  force_destroy = local.tier.force_destroy

  statements = [{
    Sid       = "BucketsLog"
    Effect    = "Allow"
    Principal = { Service = "logging.s3.amazonaws.com" }
    Action    = "s3:PutObject"
    Resource  = "arn:${data.aws_partition.current.partition}:s3:::${local.prefix}-access-${local.account_id}/*"
    Condition = {
      ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:s3:::${local.prefix}-*" }
      StringEquals = { "aws:SourceAccount" = local.account_id }
    }
  }]
}

module "landing" {
  source = "./modules/landing"

  bucket            = local.raw_bucket
  topic             = local.topic
  kms_key_arn       = module.key.arn
  access_log_bucket = local.access_log_bucket
  key_prefix        = local.raw_prefix
  account_id        = local.account_id
  expiry_days       = local.tier.raw_expiry_days
  force_destroy     = local.tier.force_destroy

  # Messages point at versions: an overwritten one is needed for as long as the last message that points at it.
  noncurrent_expiry_days = max(0, values(local.message_days)...) + 1
}

module "lake" {
  source   = "./modules/bucket"
  for_each = local.output_buckets

  bucket            = each.value
  kms_key_arn       = module.key.arn
  access_log_bucket = local.access_log_bucket
  transitions       = local.tier.output_transitions
  force_destroy     = local.tier.force_destroy
}

# The lake as a table of Athena's.
module "athena" {
  source = "./modules/athena"
  count  = try(var.destinations[var.athena.destination].output, null) == null ? 0 : 1

  name              = local.prefix
  lake_bucket       = local.output_buckets[var.destinations[var.athena.destination].output.bucket]
  lake_prefix       = var.destinations[var.athena.destination].output.prefix
  results_bucket    = "${local.prefix}-queries-${local.account_id}"
  kms_key_arn       = module.key.arn
  access_log_bucket = local.access_log_bucket
  scan_limit_gb     = var.athena.scan_limit_gb
  saved_queries     = !local.tier.emulator
}

module "ledger" {
  source = "./modules/ledger"

  name          = local.ledger_table
  kms_key_arn   = module.key.arn
  force_destroy = local.tier.force_destroy
}

module "quarantine" {
  source = "./modules/bucket"

  bucket            = local.quarantine_bucket
  kms_key_arn       = module.key.arn
  access_log_bucket = local.access_log_bucket
  expiry_days       = var.quarantine_expiry_days
  force_destroy     = local.tier.force_destroy
}

module "observability" {
  source = "./modules/observability"

  prefix                   = local.prefix
  environment              = local.workspace
  region                   = var.region
  account_id               = local.account_id
  emulator                 = local.tier.emulator
  kms_key_arn              = module.key.arn
  permissions_boundary_arn = var.permissions_boundary_arn

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
      reserved_concurrency       = local.tier.reserved_concurrency
    }
  }

  topic                     = local.topic
  raw_bucket                = module.landing.bucket
  ledger_table              = local.ledger_table
  replay_state_machine_arn  = local.state_machine_arns.replay
  breaker_state_machine_arn = local.state_machine_arns.breaker

  alarm_period_seconds = local.tier.alarm_period_seconds
  thresholds           = var.alarm_thresholds
  alarm_emails         = var.alarm_emails
  runbook_url          = var.runbook_url
  budget               = var.budget

  notify = {
    package            = "${local.artifacts_dir}/notify.zip"
    artifacts_bucket   = var.artifacts_bucket
    live_version       = lookup(var.live_versions, "notify", null)
    webhook_secret_arn = aws_secretsmanager_secret.main[local.webhook_secret].arn
    architecture       = var.architecture
    log_level          = local.tier.log_level
    log_retention_days = local.tier.log_retention_days
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

  package                  = "${local.artifacts_dir}/${each.key}.zip"
  artifacts_bucket         = var.artifacts_bucket
  live_version             = lookup(var.live_versions, each.key, null)
  kms_key_arn              = module.key.arn
  permissions_boundary_arn = var.permissions_boundary_arn
  architecture             = var.architecture
  memory_mb                = each.value.memory_mb
  timeout_seconds          = each.value.timeout_seconds
  ephemeral_storage_mb     = each.value.ephemeral_storage_mb
  environment              = local.function_environment[each.key]
  vpc                      = each.key == var.clickhouse.destination ? var.clickhouse.vpc : null
  permissions              = local.function_permissions[each.key]
  reserved_concurrency     = local.tier.reserved_concurrency
  log_retention_days       = local.tier.log_retention_days

  batch_size                 = each.value.batch_size
  batch_window_seconds       = each.value.batch_window_seconds
  maximum_concurrency        = local.tier.maximum_concurrency
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
      alias_arn       = destination.alias_arn
      dlq_arn         = destination.dlq_arn
      alarm_name      = "${local.prefix}-${name}-dlq-depth"
      timeout_seconds = local.destinations[name].timeout_seconds
    }
  }

  ledger_table_arn      = module.ledger.table_arn
  quarantine_bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${local.quarantine_bucket}"
  parked_prefix         = local.parked_prefix
  alarm_topic_arn       = module.observability.topic_arn

  package                  = "${local.artifacts_dir}/replay.zip"
  artifacts_bucket         = var.artifacts_bucket
  live_version             = lookup(var.live_versions, "replay", null)
  kms_key_arn              = module.key.arn
  permissions_boundary_arn = var.permissions_boundary_arn
  architecture             = var.architecture
  log_level                = local.tier.log_level
  log_retention_days       = local.tier.log_retention_days

  cooldown_seconds = local.tier.replay.cooldown_seconds
  probe_retry      = { interval_seconds = 5, max_delay_seconds = local.tier.replay.probe_max_delay_seconds, max_attempts = 53 }
}

module "breaker" {
  source = "./modules/breaker"

  prefix      = local.prefix
  environment = local.workspace

  destinations = {
    for name, destination in module.destination : name => {
      mapping_id           = destination.mapping_id
      mapping_arn          = destination.mapping_arn
      alias_arn            = destination.alias_arn
      maximum_concurrency  = local.tier.maximum_concurrency
      queue_retention_days = local.destinations[name].queue_retention_days
    }
  }

  probe_first_seconds = local.tier.breaker.probe_first_seconds
  probe_max_seconds   = local.tier.breaker.probe_max_seconds
  half_open_seconds   = local.tier.breaker.half_open_seconds
  settle_seconds      = local.tier.breaker.settle_seconds
  max_open_seconds    = local.tier.breaker.max_open_seconds

  kms_key_arn              = module.key.arn
  permissions_boundary_arn = var.permissions_boundary_arn
  log_retention_days       = local.tier.log_retention_days
}
