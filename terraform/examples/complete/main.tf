# What all destinations share: a key, the bucket that raw objects land in, the ledger, the quarantine.

provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = "rumline", Environment = var.name }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  prefix     = "rumline-${var.name}"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition

  # Named rather than asked for, so that the plan spells the policies out. Bucket names are the world's, so they end in the account.
  raw_bucket        = "${local.prefix}-raw-${local.account_id}"
  quarantine_bucket = "${local.prefix}-quarantine-${local.account_id}"
  topic             = "${local.prefix}-raw-objects"
  ledger_table      = "${local.prefix}-ledger"

  raw_prefix        = "rum/"
  quarantine_prefix = "quarantine/"
  parked_prefix     = "parked/"

  # A raw object outlives the messages that point at it, 18 days in queue and dead-letter queue, and the ledger the raw object by at
  # least 3 days: a forgotten object would be delivered again by a backfill.
  raw_days    = 30
  ledger_days = 37

  queue_retention_days = 4
  dlq_retention_days   = 14
  log_retention_days   = 14
}

module "key" {
  source = "../../modules/key"

  prefix        = local.prefix
  region        = var.region
  account_id    = local.account_id
  raw_bucket    = local.raw_bucket
  topic         = local.topic
  force_destroy = var.force_destroy
}

module "landing" {
  source = "../../modules/landing"

  bucket                 = local.raw_bucket
  topic                  = local.topic
  key_prefix             = local.raw_prefix
  account_id             = local.account_id
  kms_key_arn            = module.key.arn
  expiry_days            = local.raw_days
  noncurrent_expiry_days = local.queue_retention_days + local.dlq_retention_days + 1
  force_destroy          = var.force_destroy
}

module "ledger" {
  source = "../../modules/ledger"

  name          = local.ledger_table
  kms_key_arn   = module.key.arn
  force_destroy = var.force_destroy
}

# What could not be an event, and what no replay can deliver.
module "quarantine" {
  source = "../../modules/bucket"

  bucket        = local.quarantine_bucket
  kms_key_arn   = module.key.arn
  expiry_days   = 90
  force_destroy = var.force_destroy
}

# Containers only: the values are put by hand, so that they are in no state.
resource "aws_secretsmanager_secret" "main" {
  for_each = toset(["clickhouse-dsn", "slack-webhook"])

  name                    = "${local.prefix}-${each.key}"
  description             = "Rumline ${var.name}: ${each.key}"
  kms_key_id              = module.key.arn
  recovery_window_in_days = var.force_destroy ? 0 : 30
}
