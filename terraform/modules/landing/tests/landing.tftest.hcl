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
    condition = jsondecode(aws_sns_topic_policy.main.policy).Statement == [{
      Sid       = "RawBucketPublishes"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects"
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:s3:::rumline-test-raw-123456789012" }
        StringEquals = { "aws:SourceAccount" = "123456789012" }
      }
    }]
    error_message = "Only S3, for the raw bucket of this account, may publish: ${aws_sns_topic_policy.main.policy}"
  }
}

run "closed_encrypted_and_versioned" {
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.main.block_public_acls,
      aws_s3_bucket_public_access_block.main.block_public_policy,
      aws_s3_bucket_public_access_block.main.ignore_public_acls,
      aws_s3_bucket_public_access_block.main.restrict_public_buckets,
    ])
    error_message = "The bucket must not be open to the public in any way."
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.main.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "The bucket's owner must own every object."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.main.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "The bucket must be encrypted."
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.main.versioning_configuration).status == "Enabled"
    error_message = "An overwritten object must stay readable for the messages that point at it."
  }

  assert {
    condition     = !aws_s3_bucket.main.force_destroy
    error_message = "Data must not go with the bucket unless somebody asked for it."
  }
}

run "expires_objects_and_versions" {
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main.rule[0].expiration[0].days == 30
    error_message = "Objects must expire when asked."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main.rule[0].noncurrent_version_expiration[0].noncurrent_days == 19
    error_message = "Versions must expire when asked."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main.rule[1].expiration[0].expired_object_delete_marker
    error_message = "Delete markers must go with the last version."
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
