locals {
  prefix = "rumline-${local.workspace}"

  # Bucket names are the world's, so they end in the account.
  account_id = data.aws_caller_identity.current.account_id

  # Named rather than asked for: the key's policy names the bucket and the topic that it encrypts.
  raw_bucket = "${local.prefix}-raw-${local.account_id}"
  topic      = "${local.prefix}-raw-objects"

  # An emulator keeps no log of who read what: it would hold up each request.
  access_log_bucket = one(module.access_logs[*].bucket)

  # What there is once for all destinations, as its name has it.
  parts = ["replay", "breaker", "notify", "alarms", "ledger", "migrate"]

  # Put together, because what watches the state machines comes before them.
  state_machine_arns = {
    for name in ["replay", "breaker"] :
    name => provider::aws::arn_build(data.aws_partition.current.partition, "states", var.region, local.account_id, "stateMachine:${local.prefix}-${name}")
  }

  # What var.alarm_thresholds may name: the thresholds of modules/observability.
  alarm_thresholds = [
    "message_age_seconds", "message_age_retention_percent", "error_rate_percent", "duration_percent", "quarantine_rate_percent",
    "destination_down_percent",
  ]

  # Where raw objects land in their bucket.
  raw_prefix = "rum/"

  ledger_table = "${local.prefix}-ledger"

  # Where the functions keep what could not be an event, and a replay the messages that can never be delivered: a folder for
  # each destination.
  quarantine_bucket = "${local.prefix}-quarantine-${local.account_id}"
  quarantine_prefix = "quarantine/"
  parked_prefix     = "parked/"

  # Not absolute: the path is kept in the state, and each machine would see a change.
  artifacts_dir = startswith(var.artifacts_dir, "/") ? var.artifacts_dir : "${path.root}/${var.artifacts_dir}"
}

# The destinations as this environment runs them, and what follows from them.
locals {
  overrides = { for setting, value in local.tier.destination_overrides : setting => value if value != null }

  destinations = { for name, destination in var.destinations : name => merge(destination, local.overrides) }

  output_buckets = {
    for bucket in distinct([for destination in values(var.destinations) : destination.output.bucket if destination.output != null]) :
    bucket => "${local.prefix}-${bucket}-${local.account_id}"
  }

  secrets = toset(concat([local.webhook_secret], [for destination in values(var.destinations) : destination.secret if destination.secret != null]))

  # The address that Slack gives to an incoming webhook.
  webhook_secret = "slack-webhook"

  # For how long the ledger remembers what was delivered.
  ledger_days = coalesce(var.ledger_retention_days, local.tier.raw_expiry_days + 7)

  # How long a message may point at a raw object.
  message_days = {
    for name, destination in local.destinations : name => destination.queue_retention_days + destination.dlq_retention_days
  }
}

# What a destination's function is told, and what it may do besides reading its queue and the raw objects. Buckets are
# named here rather than asked of module.lake: so the plan spells the rights out, and no function waits for the minute that
# the provider watches a bucket's lifecycle rules.
locals {
  function_environment = {
    for name, destination in local.destinations : name => merge(concat(
      [{
        RUMLINE_ENVIRONMENT = local.workspace
        RUMLINE_LOG_LEVEL   = local.tier.log_level

        RUMLINE_LEDGER_TABLE          = module.ledger.table
        RUMLINE_LEDGER_RETENTION_DAYS = tostring(local.ledger_days)

        RUMLINE_QUARANTINE_BUCKET = local.quarantine_bucket
        RUMLINE_QUARANTINE_PREFIX = local.quarantine_prefix
      }],
      [for output in destination.output[*] : {
        RUMLINE_OUTPUT_BUCKET = local.output_buckets[output.bucket]
        RUMLINE_OUTPUT_PREFIX = output.prefix
      }],
      [for secret in destination.secret[*] : {
        "RUMLINE_${upper(replace(secret, "-", "_"))}_SECRET" = aws_secretsmanager_secret.main[secret].arn
      }],
      [for clickhouse in [local.clickhouse_environment] : clickhouse if name == var.clickhouse.destination],
      [destination.environment],
    )...)
  }

  clickhouse_environment = merge(
    { RUMLINE_CLICKHOUSE_TOPOLOGY = var.clickhouse.topology },
    { for cluster in var.clickhouse.cluster[*] : "RUMLINE_CLICKHOUSE_CLUSTER" => cluster },
  )

  function_permissions = {
    for name, destination in local.destinations : name => concat(
      [
        {
          sid       = "KeepLedger"
          actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert"]
          resources = ["arn:${data.aws_partition.current.partition}:dynamodb:${var.region}:${local.account_id}:table/${local.ledger_table}"]
        },
        {
          sid       = "WriteQuarantine"
          actions   = ["s3:PutObject"]
          resources = ["arn:${data.aws_partition.current.partition}:s3:::${local.quarantine_bucket}/${local.quarantine_prefix}${name}/*"]
        },
      ],
      [for output in destination.output[*] : {
        sid       = "WriteOutput"
        actions   = ["s3:PutObject"]
        resources = ["arn:${data.aws_partition.current.partition}:s3:::${local.output_buckets[output.bucket]}/${output.prefix}*"]
      }],
      [for secret in destination.secret[*] : {
        sid       = "ReadSecret"
        actions   = ["secretsmanager:GetSecretValue"]
        resources = [aws_secretsmanager_secret.main[secret].arn]
      }],
    )
  }
}
