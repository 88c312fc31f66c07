# Numbers that AWS would refuse late, or take and lose messages with: each is refused at plan time.

mock_provider "aws" {}

variables {
  destination          = "lake"
  name                 = "rumline-test-lake"
  topic_arn            = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects"
  raw_bucket_arn       = "arn:aws:s3:::rumline-test-raw-123456789012"
  raw_prefix           = "rum/"
  kms_key_arn          = "arn:aws:kms:us-east-1:123456789012:key/test"
  package              = "README.md" # any file: nothing is deployed
  memory_mb            = 1769
  timeout_seconds      = 120
  reserved_concurrency = 5
  maximum_concurrency  = 4
  log_retention_days   = 7
  batch_size           = 1000
  batch_window_seconds = 30
  max_receive_count    = 5
}

run "accepts_the_edges" {
  command = plan

  variables {
    visibility_timeout_seconds = 5400
    timeout_seconds            = 900
    batch_size                 = 10000
    batch_window_seconds       = 1
    reserved_concurrency       = 2
    maximum_concurrency        = 2
    queue_retention_days       = 13
    dlq_retention_days         = 14
  }
}

run "accepts_no_window_for_ten_messages" {
  command = plan

  variables {
    batch_size           = 10
    batch_window_seconds = 0
  }
}

run "refuses_a_visibility_timeout_below_six_timeouts" {
  command = plan

  variables {
    visibility_timeout_seconds = 719
  }

  expect_failures = [var.visibility_timeout_seconds]
}

run "refuses_a_visibility_timeout_beyond_twelve_hours" {
  command = plan

  variables {
    visibility_timeout_seconds = 43201
  }

  expect_failures = [var.visibility_timeout_seconds]
}

run "refuses_no_window_for_eleven_messages" {
  command = plan

  variables {
    batch_size           = 11
    batch_window_seconds = 0
  }

  expect_failures = [var.batch_window_seconds]
}

run "refuses_a_window_beyond_five_minutes" {
  command = plan

  variables {
    batch_window_seconds = 301
  }

  expect_failures = [var.batch_window_seconds]
}

run "refuses_less_reserved_than_used" {
  command = plan

  variables {
    reserved_concurrency = 3
  }

  expect_failures = [var.reserved_concurrency]
}

run "refuses_a_maximum_concurrency_of_one" {
  command = plan

  variables {
    maximum_concurrency = 1
  }

  expect_failures = [var.maximum_concurrency]
}

run "refuses_a_batch_beyond_10000" {
  command = plan

  variables {
    batch_size = 10001
  }

  expect_failures = [var.batch_size]
}

run "refuses_an_empty_batch" {
  command = plan

  variables {
    batch_size = 0
  }

  expect_failures = [var.batch_size]
}

run "refuses_dead_letters_that_die_with_the_queue" {
  command = plan

  variables {
    queue_retention_days = 14
    dlq_retention_days   = 14
  }

  expect_failures = [var.dlq_retention_days]
}

run "refuses_dead_letters_beyond_14_days" {
  command = plan

  variables {
    dlq_retention_days = 15
  }

  expect_failures = [var.dlq_retention_days]
}

run "refuses_a_queue_that_keeps_nothing" {
  command = plan

  variables {
    queue_retention_days = 0
  }

  expect_failures = [var.queue_retention_days]
}

run "refuses_a_timeout_beyond_15_minutes" {
  command = plan

  variables {
    timeout_seconds = 901
  }

  expect_failures = [var.timeout_seconds]
}

run "refuses_too_little_memory" {
  command = plan

  variables {
    memory_mb = 127
  }

  expect_failures = [var.memory_mb]
}

run "refuses_too_small_a_disk" {
  command = plan

  variables {
    ephemeral_storage_mb = 511
  }

  expect_failures = [var.ephemeral_storage_mb]
}

run "refuses_a_processor_that_lambda_lacks" {
  command = plan

  variables {
    architecture = "riscv64"
  }

  expect_failures = [var.architecture]
}

run "refuses_a_retention_that_cloudwatch_lacks" {
  command = plan

  variables {
    log_retention_days = 8
  }

  expect_failures = [var.log_retention_days]
}

run "refuses_no_attempt_at_all" {
  command = plan

  variables {
    max_receive_count = 0
  }

  expect_failures = [var.max_receive_count]
}

run "accepts_attempts_that_outlast_the_breaker_s_alarm" {
  command = plan

  variables {
    timeout_seconds            = 25
    visibility_timeout_seconds = 150
    max_receive_count          = 3
  }
}

run "refuses_attempts_that_are_over_before_the_breaker_opens" {
  command = plan

  variables {
    timeout_seconds            = 24
    visibility_timeout_seconds = 149
    max_receive_count          = 3
  }

  expect_failures = [var.max_receive_count]
}

run "refuses_a_single_attempt" {
  command = plan

  variables {
    max_receive_count = 1
  }

  expect_failures = [var.max_receive_count]
}

run "refuses_a_name_that_is_too_long" {
  command = plan

  variables {
    name = "rumline-a-name-that-goes-on-and-on-until-lambda-has-had-enough-of-it"
  }

  expect_failures = [var.name]
}

run "refuses_wildcards_among_the_permissions" {
  command = plan

  variables {
    permissions = [{ sid = "All", actions = ["s3:*"], resources = ["*"] }]
  }

  expect_failures = [var.permissions]
}

run "refuses_a_boundary_that_is_no_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "rumline-test-boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "refuses_to_run_what_is_no_version" {
  command = plan

  variables {
    live_version = "$LATEST"
  }

  expect_failures = [var.live_version]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    artifacts_bucket = "s3://artifacts"
    kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:alias/test"
    raw_bucket_arn   = "rumline-test-raw-123456789012"
    raw_prefix       = "rum"
    topic_arn        = "rumline-test-raw-objects"
  }

  expect_failures = [
    var.artifacts_bucket,
    var.kms_key_arn,
    var.raw_bucket_arn,
    var.raw_prefix,
    var.topic_arn,
  ]
}

run "refuses_a_destination_that_is_no_name" {
  command = plan

  variables {
    destination = "Lake house"
  }

  expect_failures = [var.destination]
}
