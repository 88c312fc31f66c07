mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::rumline-test-raw-123456789012" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects" }
  }
}

variables {
  bucket                 = "rumline-test-raw-123456789012"
  topic                  = "rumline-test-raw-objects"
  key_prefix             = "rum/"
  account_id             = "123456789012"
  kms_key_arn            = "arn:aws:kms:us-east-1:123456789012:key/test"
  expiry_days            = 30
  noncurrent_expiry_days = 19
}

run "announces_what_lands" {
  assert {
    condition = { for key, value in one(aws_s3_bucket_notification.main.topic) : key => value if value != null } == {
      id            = "raw-objects"
      topic_arn     = aws_sns_topic.main.arn
      events        = toset(["s3:ObjectCreated:*"])
      filter_prefix = "rum/"
    }
    error_message = "Every object under rum/ must be announced: ${jsonencode(aws_s3_bucket_notification.main.topic)}"
  }
}

run "lets_nobody_but_its_bucket_publish" {
  assert {
    condition = [for statement in jsondecode(aws_sns_topic_policy.main.policy).Statement : jsonencode(statement)] == [for statement in [{
      Sid       = "RawBucketPublishes"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects"
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:s3:::rumline-test-raw-123456789012" }
        StringEquals = { "aws:SourceAccount" = "123456789012" }
      }
      }, {
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }] : jsonencode(statement)]
    error_message = "Only S3, for the raw bucket of this account, may publish: ${aws_sns_topic_policy.main.policy}"
  }
}

run "encrypts_what_it_announces" {
  assert {
    condition     = aws_sns_topic.main.kms_master_key_id == "arn:aws:kms:us-east-1:123456789012:key/test"
    error_message = "The topic must be encrypted with the key."
  }

  assert {
    condition     = module.bucket.bucket == "rumline-test-raw-123456789012" && output.bucket_arn == "arn:aws:s3:::rumline-test-raw-123456789012"
    error_message = "The outputs must name the bucket."
  }
}

run "refuses_a_prefix_that_is_no_folder" {
  command = plan

  variables {
    key_prefix = "rum"
  }

  expect_failures = [var.key_prefix]
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "me"
  }

  expect_failures = [var.account_id]
}

run "refuses_to_expire_at_once" {
  command = plan

  variables {
    expiry_days            = 0
    noncurrent_expiry_days = 0.5
  }

  expect_failures = [var.expiry_days, var.noncurrent_expiry_days]
}

run "refuses_names_that_aws_would" {
  command = plan

  variables {
    bucket = "-raw"
    topic  = "raw objects"
  }

  expect_failures = [var.bucket, var.topic]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    access_log_bucket = "s3://access"
    kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:alias/test"
  }

  expect_failures = [var.access_log_bucket, var.kms_key_arn]
}
