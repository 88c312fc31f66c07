# GitHub's workflows have no keys: each job proves who it is, and gets the role of its environment for an hour.

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deploy" {
  for_each = var.environments

  name                 = "rumline-deploy-${each.key}"
  description          = "Deploys Rumline ${each.key} from GitHub"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:${var.repository}:environment:${each.key}"
        }
      }
    }]
  })
}

# Two policies, since one holds 6,144 characters. A managed one can be read beside the role, and be tested.
resource "aws_iam_policy" "deploy" {
  for_each = { for pair in setproduct(var.environments, keys(local.statements)) : join("-", pair) => { environment = pair[0], part = pair[1] } }

  name        = "rumline-deploy-${each.key}"
  description = "What deploying Rumline ${each.value.environment} takes: ${each.value.part}"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements[each.value.part][each.value.environment]
  })
}

resource "aws_iam_role_policy_attachment" "deploy" {
  for_each = aws_iam_policy.deploy

  role       = aws_iam_role.deploy[element(split("-", each.key), 0)].name
  policy_arn = each.value.arn
}
