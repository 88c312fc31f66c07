# Containers only. The values are put by hand (see the output `secrets`), so that they are never in a state or a plan.
resource "aws_secretsmanager_secret" "main" {
  for_each = local.secrets

  name                    = "${local.prefix}-${each.key}"
  description             = "Rumline ${local.workspace}: ${each.key}"
  recovery_window_in_days = var.force_destroy ? 0 : 30
}
