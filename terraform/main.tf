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
