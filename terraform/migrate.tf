# The function that brings ClickHouse's schema up to date, from where the server is reached: the deployment invokes it.

locals {
  migrated = [for name, destination in var.destinations : destination.secret if name == var.clickhouse.destination && destination.secret != null]
}

module "migrate" {
  source = "./modules/function"
  count  = length(local.migrated)

  name                     = "${local.prefix}-migrate"
  description              = "Brings the schema of ClickHouse up to date"
  package                  = "${local.artifacts_dir}/migrate.zip"
  artifacts_bucket         = var.artifacts_bucket
  live_version             = lookup(var.live_versions, "migrate", null)
  architecture             = var.architecture
  vpc                      = var.clickhouse.vpc
  kms_key_arn              = module.key.arn
  permissions_boundary_arn = var.permissions_boundary_arn

  # A column is added at once, a table is filled for as long as Lambda allows.
  timeout_seconds    = 900
  log_retention_days = local.tier.log_retention_days

  environment = merge(local.clickhouse_environment, {
    "RUMLINE_${upper(replace(local.migrated[count.index], "-", "_"))}_SECRET" = aws_secretsmanager_secret.main[local.migrated[count.index]].arn
  })

  permissions = [{
    sid       = "ReadSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.main[local.migrated[count.index]].arn]
  }]
}
