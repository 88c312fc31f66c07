mock_provider "aws" {}

variables {
  bucket = "rumline-test-lake-123456789012"
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
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.main.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "The bucket must be encrypted."
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
