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
