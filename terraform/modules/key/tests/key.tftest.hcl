mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/any" }
  }
}

variables {
  prefix     = "rumline-test"
  region     = "us-east-1"
  account_id = "123456789012"
  raw_bucket = "rumline-test-raw-123456789012"
  topic      = "rumline-test-raw-objects"
}

run "rotates_and_can_be_recovered" {
  assert {
    condition     = aws_kms_key.main.enable_key_rotation && aws_kms_key.main.deletion_window_in_days == 30
    error_message = "The key must rotate, and be recoverable for 30 days."
  }

  assert {
    condition     = output.alias == "alias/rumline-test" && output.arn == "arn:aws:kms:us-east-1:123456789012:key/any"
    error_message = "The outputs must name the key: ${output.alias}, ${output.arn}"
  }
}

run "serves_the_services_that_hand_messages_on_and_no_others" {
  assert {
    condition = {
      for statement in jsondecode(aws_kms_key.main.policy).Statement :
      "${statement.Principal.Service}: ${join(" ", statement.Action)}" => try(statement.Condition.ArnLike["aws:SourceArn"], statement.Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"])
      if can(statement.Principal.Service)
      } == {
      "s3.amazonaws.com: kms:Decrypt kms:GenerateDataKey*"         = "arn:aws:s3:::rumline-test-raw-123456789012"
      "sns.amazonaws.com: kms:Decrypt kms:GenerateDataKey*"        = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects"
      "cloudwatch.amazonaws.com: kms:Decrypt kms:GenerateDataKey*" = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:rumline-test*"
      "budgets.amazonaws.com: kms:Decrypt kms:GenerateDataKey*"    = "arn:aws:budgets::123456789012:*"
      "logs.us-east-1.amazonaws.com: kms:Encrypt kms:Decrypt kms:ReEncrypt* kms:GenerateDataKey* kms:DescribeKey" = [
        "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rumline-test-*",
        "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/rumline-test-*",
      ]
    }
    error_message = "Services must be able to use the key for what is ours, and for nothing else: ${aws_kms_key.main.policy}"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.main.policy).Statement :
      statement.Condition.StringEquals["aws:SourceAccount"] == "123456789012"
      if can(statement.Condition.ArnLike["aws:SourceArn"])
    ])
    error_message = "Services must not be able to use the key for other accounts: ${aws_kms_key.main.policy}"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_kms_key.main.policy).Statement : statement.Principal.AWS if can(statement.Principal.AWS)
    ] == ["arn:aws:iam::123456789012:root"]
    error_message = "Apart from services, the account's IAM alone decides: ${aws_kms_key.main.policy}"
  }
}

run "goes_sooner_when_nothing_is_kept" {
  command = plan

  variables {
    force_destroy = true
  }

  assert {
    condition     = aws_kms_key.main.deletion_window_in_days == 7
    error_message = "Where data may be destroyed the key may go after a week."
  }
}

run "refuses_another_prefix" {
  command = plan

  variables {
    prefix = "Rumline"
  }

  expect_failures = [var.prefix]
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "me"
  }

  expect_failures = [var.account_id]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    raw_bucket = "s3://raw"
    region     = "Virginia"
    topic      = "arn:aws:sns:us-east-1:123456789012:topic"
  }

  expect_failures = [var.raw_bucket, var.region, var.topic]
}
