# What the roles that a deployment makes may do at most. A deployment writes their policies, so without it whoever may deploy could give
# a function any right of the account's: other environments, the state, IAM itself.

locals {
  # Named rather than asked for: the deploying role's policy names it.
  boundary_names = { for environment in var.environments : environment => "rumline-${environment}-boundary" }
  boundary_arns  = { for environment, name in local.boundary_names : environment => "arn:${local.partition}:iam::${local.account_id}:policy/${name}" }
}

resource "aws_iam_policy" "boundary" {
  for_each = var.environments

  name        = local.boundary_names[each.key]
  description = "What the roles of Rumline ${each.key} may do at most"

  # Read and written once more: spaces do not count towards IAM's limit, but the provider would see them as a change.
  policy = jsonencode(jsondecode(templatefile("${path.module}/boundary.json.tftpl", {
    partition   = local.partition
    region      = var.region
    account_id  = local.account_id
    environment = each.key
  })))
}
