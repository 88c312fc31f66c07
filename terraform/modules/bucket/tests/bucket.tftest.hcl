mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::rumline-test-lake-123456789012" }
  }
}

variables {
  bucket      = "rumline-test-lake-123456789012"
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/test"
}

run "closed_and_encrypted" {
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
    condition = one(aws_s3_bucket_server_side_encryption_configuration.main.rule).bucket_key_enabled && one(one(aws_s3_bucket_server_side_encryption_configuration.main.rule).apply_server_side_encryption_by_default) == {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "arn:aws:kms:us-east-1:123456789012:key/test"
    }
    error_message = "The bucket must be encrypted with the key, by way of a bucket key."
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.main.versioning_configuration).status == "Enabled"
    error_message = "An overwritten object must be there to be restored."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.main.policy).Statement == [{
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::rumline-test-lake-123456789012", "arn:aws:s3:::rumline-test-lake-123456789012/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "Nothing but TLS may reach the bucket: ${aws_s3_bucket_policy.main.policy}"
  }

  assert {
    condition     = length(aws_s3_bucket_logging.main) == 0
    error_message = "Nothing is logged unless there is somewhere to."
  }

  assert {
    condition     = !aws_s3_bucket.main.force_destroy
    error_message = "Data must not go with the bucket unless somebody asked for it."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 1
    error_message = "Uploads that broke off must be cleaned up."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.main.rule[0].transition) == 0
    error_message = "Nothing moves to cheaper storage unless somebody asked for it."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.main.rule[0].expiration) == 0
    error_message = "Nothing expires unless somebody asked for it."
  }
}

run "is_encrypted_by_s3_without_a_key" {
  command = plan

  variables {
    kms_key_arn = null
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.main.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "A bucket of access logs may have no key of KMS's, and is encrypted all the same."
  }
}

run "says_more_when_told" {
  variables {
    access_log_bucket = "rumline-test-access-123456789012"
    statements        = [{ Sid = "BucketsLog", Effect = "Allow", Principal = { Service = "logging.s3.amazonaws.com" } }]
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.main.policy).Statement[*].Sid == ["TLSOnly", "BucketsLog"]
    error_message = "What else the policy says must not take the place of TLS: ${aws_s3_bucket_policy.main.policy}"
  }

  assert {
    condition     = one(values(aws_s3_bucket_logging.main)).target_bucket == "rumline-test-access-123456789012" && one(values(aws_s3_bucket_logging.main)).target_prefix == "rumline-test-lake-123456789012/"
    error_message = "The log must go to its bucket, under this one's name."
  }
}

run "forgets_versions_and_their_markers" {
  command = plan

  variables {
    key_prefix             = "rum/"
    noncurrent_expiry_days = 19
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main.rule[0].noncurrent_version_expiration[0].noncurrent_days == 19
    error_message = "Versions must expire when asked."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main.rule[1].expiration[0].expired_object_delete_marker
    error_message = "Delete markers must go with the last version."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.main.rule : one(rule.filter).prefix] == ["rum/", "rum/"]
    error_message = "Only what is under the prefix may go by age."
  }
}

run "refuses_to_forget_versions_at_once" {
  command = plan

  variables {
    noncurrent_expiry_days = 0.5
  }

  expect_failures = [var.noncurrent_expiry_days]
}

run "refuses_a_statement_without_an_effect" {
  command = plan

  variables {
    statements = [{ Sid = "Nothing" }]
  }

  expect_failures = [var.statements]
}

run "lets_objects_expire" {
  command = plan

  variables {
    expiry_days = 90
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main.rule[0].expiration[0].days == 90
    error_message = "Objects must expire after 90 days."
  }
}

run "refuses_half_a_day" {
  command = plan

  variables {
    expiry_days = 0.5
  }

  expect_failures = [var.expiry_days]
}

run "moves_to_cheaper_storage" {
  command = plan

  variables {
    transitions = [
      { days = 30, storage_class = "STANDARD_IA" },
      { days = 180, storage_class = "GLACIER_IR" },
    ]
  }

  assert {
    condition = toset([
      for t in aws_s3_bucket_lifecycle_configuration.main.rule[0].transition : "${t.storage_class} from day ${t.days}"
    ]) == toset(["STANDARD_IA from day 30", "GLACIER_IR from day 180"])
    error_message = "The bucket must move objects as asked: ${jsonencode(aws_s3_bucket_lifecycle_configuration.main.rule[0].transition)}"
  }
}

run "refuses_a_storage_class_that_s3_lacks" {
  command = plan

  variables {
    transitions = [{ days = 30, storage_class = "CHEAP" }]
  }

  expect_failures = [var.transitions]
}

run "refuses_infrequent_access_before_day_30" {
  command = plan

  variables {
    transitions = [{ days = 29, storage_class = "STANDARD_IA" }]
  }

  expect_failures = [var.transitions]
}

run "refuses_a_bucket_name_in_capitals" {
  command = plan

  variables {
    bucket = "Rumline-lake"
  }

  expect_failures = [var.bucket]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    access_log_bucket = "s3://access"
    key_prefix        = "/rum"
    kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:alias/test"
  }

  expect_failures = [var.access_log_bucket, var.key_prefix, var.kms_key_arn]
}
