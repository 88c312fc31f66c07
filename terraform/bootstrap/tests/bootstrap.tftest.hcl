mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/state" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::any" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/any" }
  }

  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/any" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  repository = "rumline/rumline"
}

run "keeps_state_and_artifacts" {
  assert {
    condition     = output.backend == <<-EOT
      bucket = "rumline-state-123456789012"
      region = "us-east-1"
    EOT
    error_message = "The backend must be where the state's bucket is: ${output.backend}"
  }

  assert {
    condition     = output.artifacts_bucket == "rumline-artifacts-123456789012" && aws_kms_key.state.enable_key_rotation
    error_message = "The artifacts must have their bucket: ${output.artifacts_bucket}"
  }
}

run "lets_each_role_be_taken_by_its_environment_s_jobs_alone" {
  assert {
    condition = {
      for name, role in aws_iam_role.deploy : name => jsondecode(role.assume_role_policy).Statement[*].Condition.StringEquals
      } == {
      for name in ["dev", "preprod", "prod"] : name => [{
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:rumline/rumline:environment:${name}"
      }]
    }
    error_message = "A job of another repository or environment must not get the role."
  }
}

run "lets_no_role_reach_another_environment" {
  assert {
    condition = length([
      for name, policy in aws_iam_policy.deploy : name
      if startswith(name, "dev-") && can(regex("rumline[-_/](preprod|prod)", policy.policy))
    ]) == 0
    error_message = "The role of dev must not name what is prod's."
  }

  # What takes all resources must say so by the name of each action, or by a tag.
  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_policy.deploy) : [
        for statement in jsondecode(policy.policy).Statement :
        !contains(statement.Resource, "*") || can(statement.Condition) || alltrue([for action in statement.Action : !strcontains(action, "*")])
      ]
    ]))
    error_message = "No statement may take all resources with a wildcard among its actions."
  }

  assert {
    condition     = alltrue([for policy in values(aws_iam_policy.deploy) : length(policy.policy) <= 6144])
    error_message = "IAM takes policies of at most 6,144 characters: ${jsonencode({ for name, policy in aws_iam_policy.deploy : name => length(policy.policy) })}"
  }
}

run "gives_every_environment_a_boundary_without_iam" {
  assert {
    condition     = { for environment, policy in aws_iam_policy.boundary : environment => policy.name } == { for environment in ["dev", "preprod", "prod"] : environment => "rumline-${environment}-boundary" }
    error_message = "Every environment must have its boundary: ${jsonencode({ for environment, policy in aws_iam_policy.boundary : environment => policy.name })}"
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_policy.boundary) : [
        for action in flatten(jsondecode(policy.policy).Statement[*].Action) : !strcontains(action, "*") && !contains(["iam", "sts", "organizations"], split(":", action)[0])
      ]
    ]))
    error_message = "A boundary must name each action, and none that gives rights away."
  }

  assert {
    condition     = !can(regex("rumline[-_/](preprod|prod|state|artifacts|deploy)", aws_iam_policy.boundary["dev"].policy)) && length(aws_iam_policy.boundary["preprod"].policy) <= 6144
    error_message = "The boundary of dev must not name what is prod's, nor the state; IAM takes 6,144 characters: ${length(aws_iam_policy.boundary["preprod"].policy)}"
  }

  assert {
    condition     = replace(output.permissions_boundary, "ENV", "prod") == "arn:aws:iam::123456789012:policy/${aws_iam_policy.boundary["prod"].name}"
    error_message = "The output must lead to the boundaries: ${output.permissions_boundary}"
  }
}

run "lets_roles_be_made_and_given_rights_within_the_boundary_alone" {
  assert {
    condition = alltrue(flatten([
      for environment in ["dev", "preprod", "prod"] : [
        for statement in flatten([for part in ["state", "resources"] : jsondecode(aws_iam_policy.deploy["${environment}-${part}"].policy).Statement]) :
        try(statement.Condition.StringEquals["iam:PermissionsBoundary"], "") == "arn:aws:iam::123456789012:policy/rumline-${environment}-boundary"
        if statement.Effect == "Allow" && length(setintersection(statement.Action, [
          "iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary",
        ])) > 0
      ]
    ]))
    error_message = "Who deploys must not make a role, nor give one rights, without the environment's boundary."
  }

  assert {
    condition = alltrue([
      for environment in ["dev", "preprod", "prod"] : length([
        for statement in jsondecode(aws_iam_policy.deploy["${environment}-state"].policy).Statement : statement
        if statement.Effect == "Allow" && contains(statement.Action, "iam:CreateRole")
      ]) == 1
    ])
    error_message = "Who deploys must be able to make roles."
  }

  # Neither may the boundary be changed, nor a role be freed of it.
  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_policy.deploy) : [
        for statement in jsondecode(policy.policy).Statement : length([
          for action in statement.Action : action if can(regex("^(\\*|iam:(\\*|.*Policy(Version)?$|DeleteRolePermissionsBoundary))", action)) &&
          !contains(["iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:UpdateAssumeRolePolicy"], action)
        ]) == 0 if statement.Effect == "Allow"
      ]
    ]))
    error_message = "Who deploys must not change a policy, nor take a boundary away."
  }

  assert {
    condition = alltrue([
      for environment in ["dev", "preprod", "prod"] : anytrue([
        for statement in jsondecode(aws_iam_policy.deploy["${environment}-state"].policy).Statement :
        statement.Effect == "Deny" && contains(statement.Action, "iam:DeleteRolePermissionsBoundary") && contains(statement.Action, "iam:CreatePolicyVersion") &&
        contains(statement.Resource, "arn:aws:iam::123456789012:policy/rumline-${environment}-boundary")
      ])
    ])
    error_message = "What no statement allows must be denied too, for those that are attached later."
  }
}

run "refuses_every_repository" {
  command = plan

  variables {
    repository = "rumline/*"
  }

  expect_failures = [var.repository]
}

run "refuses_an_environment_that_there_is_not" {
  command = plan

  variables {
    environments = ["qa"]
  }

  expect_failures = [var.environments]
}

run "refuses_a_region_that_is_none" {
  command = plan

  variables {
    region = "Virginia"
  }

  expect_failures = [var.region]
}
