# Containers only. The values are put by hand (see the output `secrets`), so that they are never in a state or a plan.
resource "aws_secretsmanager_secret" "main" {
  for_each = local.secrets

  name                    = "${local.prefix}-${each.key}"
  description             = "Rumline ${local.workspace}: ${each.key}"
  kms_key_id              = module.key.arn
  recovery_window_in_days = local.tier.force_destroy ? 0 : 30
}
