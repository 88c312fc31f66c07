# Three destinations: what each of them differs in is its entry, the rest is the same for all.

locals {
  lake_bucket = "${local.prefix}-lake-${local.account_id}"

  destinations = {
    clickhouse = {
      batch_window_seconds = 5
      environment          = { RUMLINE_CLICKHOUSE_DSN_SECRET = aws_secretsmanager_secret.main["clickhouse-dsn"].arn }
      permissions          = [local.read_dsn]
    }

    parquet = {
      batch_window_seconds = 30
      environment          = { RUMLINE_OUTPUT_BUCKET = local.lake_bucket, RUMLINE_OUTPUT_PREFIX = "events/" }
      permissions          = [merge(local.write_lake, { resources = ["${local.lake_arn}/events/*"] })]
    }

    json = {
      batch_window_seconds = 30
      environment          = { RUMLINE_OUTPUT_BUCKET = local.lake_bucket, RUMLINE_OUTPUT_PREFIX = "training/" }
      permissions          = [merge(local.write_lake, { resources = ["${local.lake_arn}/training/*"] })]
    }
  }

  lake_arn   = "arn:${local.partition}:s3:::${local.lake_bucket}"
  write_lake = { sid = "WriteOutput", actions = ["s3:PutObject"] }

  read_dsn = {
    sid       = "ReadSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.main["clickhouse-dsn"].arn]
  }

  timeout_seconds      = 120
  max_receive_count    = 5
  batch_size           = 1000
  maximum_concurrency  = 4
  reserved_concurrency = 5
}

module "destination" {
  source   = "../../modules/destination"
  for_each = local.destinations

  destination = each.key
  name        = "${local.prefix}-${each.key}"

  topic_arn      = module.landing.topic_arn
  raw_bucket_arn = module.landing.bucket_arn
  raw_prefix     = local.raw_prefix

  package              = "${var.artifacts_dir}/${each.key}.zip"
  kms_key_arn          = module.key.arn
  memory_mb            = 1769
  timeout_seconds      = local.timeout_seconds
  reserved_concurrency = local.reserved_concurrency
  log_retention_days   = local.log_retention_days

  environment = merge(each.value.environment, {
    RUMLINE_ENVIRONMENT           = var.name
    RUMLINE_LEDGER_TABLE          = module.ledger.table
    RUMLINE_LEDGER_RETENTION_DAYS = tostring(local.ledger_days)
    RUMLINE_QUARANTINE_BUCKET     = local.quarantine_bucket
    RUMLINE_QUARANTINE_PREFIX     = local.quarantine_prefix
  })

  permissions = concat(each.value.permissions, [
    {
      sid       = "KeepLedger"
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert"]
      resources = ["arn:${local.partition}:dynamodb:${var.region}:${local.account_id}:table/${local.ledger_table}"]
    },
    {
      sid       = "WriteQuarantine"
      actions   = ["s3:PutObject"]
      resources = ["arn:${local.partition}:s3:::${local.quarantine_bucket}/${local.quarantine_prefix}${each.key}/*"]
    },
  ])

  batch_size           = local.batch_size
  batch_window_seconds = each.value.batch_window_seconds
  maximum_concurrency  = local.maximum_concurrency
  max_receive_count    = local.max_receive_count
  queue_retention_days = local.queue_retention_days
  dlq_retention_days   = local.dlq_retention_days
}

# Brings the schema of ClickHouse up to date: invoke it after the DSN is set, and after each new release.
module "migrate" {
  source = "../../modules/function"

  name               = "${local.prefix}-migrate"
  description        = "Brings the schema of ClickHouse up to date"
  package            = "${var.artifacts_dir}/migrate.zip"
  kms_key_arn        = module.key.arn
  timeout_seconds    = 900
  log_retention_days = local.log_retention_days
  environment        = local.destinations.clickhouse.environment
  permissions        = [local.read_dsn]
}

module "lake" {
  source = "../../modules/bucket"

  bucket        = local.lake_bucket
  kms_key_arn   = module.key.arn
  transitions   = [{ days = 30, storage_class = "STANDARD_IA" }]
  force_destroy = var.force_destroy
}

module "athena" {
  source = "../../modules/athena"

  name           = local.prefix
  lake_bucket    = local.lake_bucket
  lake_prefix    = "events/"
  results_bucket = "${local.prefix}-queries-${local.account_id}"
  kms_key_arn    = module.key.arn
}
