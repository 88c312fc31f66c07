# Settings that would leave a fault unseen or nobody told: each is refused at plan time.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  prefix                    = "rumline-prod"
  environment               = "prod"
  region                    = "us-east-1"
  account_id                = "123456789012"
  kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/test"
  topic                     = "rumline-prod-raw-objects"
  raw_bucket                = "rumline-prod-raw-123456789012"
  ledger_table              = "rumline-prod-ledger"
  replay_state_machine_arn  = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-prod-replay"
  breaker_state_machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:rumline-prod-breaker"
  runbook_url               = "https://example.com/runbook"
  alarm_emails              = ["on-call@example.com"]

  notify = {
    package            = "README.md" # any file: nothing is deployed
    webhook_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rumline-prod-slack-webhook"
    log_retention_days = 7
  }

  destinations = {
    lake = {
      function_name              = "rumline-prod-lake"
      queue_name                 = "rumline-prod-lake"
      dlq_name                   = "rumline-prod-lake-dlq"
      log_group                  = "/aws/lambda/rumline-prod-lake"
      timeout_seconds            = 120
      batch_window_seconds       = 30
      visibility_timeout_seconds = 750
      max_receive_count          = 5
      queue_retention_days       = 4
      reserved_concurrency       = 20
    }

    click-house = {
      function_name        = "rumline-prod-click-house"
      queue_name           = "rumline-prod-click-house"
      dlq_name             = "rumline-prod-click-house-dlq"
      log_group            = "/aws/lambda/rumline-prod-click-house"
      timeout_seconds      = 60
      batch_window_seconds = 5
      max_receive_count    = 3
      queue_retention_days = 1
      reserved_concurrency = 10
    }
  }
}

run "refuses_a_prefix_of_its_own" {
  command = plan

  variables {
    prefix = "pipeline"
  }

  expect_failures = [var.prefix]
}

run "refuses_an_environment_that_is_none" {
  command = plan

  variables {
    environment = "Dev Ann"
  }

  expect_failures = [var.environment]
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "1234"
  }

  expect_failures = [var.account_id]
}

run "refuses_a_short_period_on_aws" {
  command = plan

  variables {
    alarm_period_seconds = 10
  }

  expect_failures = [var.alarm_period_seconds]
}

run "refuses_a_period_that_cloudwatch_lacks" {
  command = plan

  variables {
    emulator             = true
    alarm_period_seconds = 15
  }

  expect_failures = [var.alarm_period_seconds]
}

run "refuses_no_destination_at_all" {
  command = plan

  variables {
    destinations = {}
  }

  expect_failures = [var.destinations]
}

run "refuses_a_share_beyond_everything" {
  command = plan

  variables {
    thresholds = { error_rate_percent = 100 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_threshold_that_is_always_passed" {
  command = plan

  variables {
    thresholds = { message_age_seconds = 0 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_code_without_a_page" {
  command = plan

  variables {
    failure_codes = ["object_missing", "moon_phase"]
  }

  expect_failures = [var.failure_codes]
}

run "refuses_an_address_that_is_none" {
  command = plan

  variables {
    alarm_emails = ["nobody"]
  }

  expect_failures = [var.alarm_emails]
}

run "refuses_a_runbook_that_ends_with_a_slash" {
  command = plan

  variables {
    runbook_url = "https://example.com/runbook/"
  }

  expect_failures = [var.runbook_url]
}

run "refuses_a_budget_of_nothing" {
  command = plan

  variables {
    budget = { monthly_usd = 0 }
  }

  expect_failures = [var.budget]
}

run "refuses_a_destination_called_like_a_part" {
  command = plan

  variables {
    destinations = {
      for name in ["replay"] : name => {
        function_name        = "f"
        queue_name           = "q"
        dlq_name             = "d"
        log_group            = "g"
        timeout_seconds      = 60
        batch_window_seconds = 5
        max_receive_count    = 3
        queue_retention_days = 1
        reserved_concurrency = 10
      }
    }
  }

  expect_failures = [var.destinations]
}

run "refuses_more_destinations_than_an_alarm_adds_up" {
  command = plan

  variables {
    destinations = {
      for n in range(11) : "d${n}" => {
        function_name        = "f"
        queue_name           = "q"
        dlq_name             = "d"
        log_group            = "g"
        timeout_seconds      = 60
        batch_window_seconds = 5
        max_receive_count    = 3
        queue_retention_days = 1
        reserved_concurrency = 10
      }
    }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_boundary_that_is_no_policy" {
  command = plan

  variables {
    permissions_boundary_arn = "rumline-test-boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    breaker_state_machine_arn = "rumline-test-breaker"
    replay_state_machine_arn  = "rumline-test-replay"
    kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:alias/test"
    ledger_table              = "arn:aws:dynamodb:us-east-1:123456789012:table/t"
    raw_bucket                = "s3://raw"
    region                    = "Virginia"
    topic                     = "arn:aws:sns:us-east-1:123456789012:topic"
  }

  expect_failures = [
    var.breaker_state_machine_arn,
    var.replay_state_machine_arn,
    var.kms_key_arn,
    var.ledger_table,
    var.raw_bucket,
    var.region,
    var.topic,
  ]
}

run "refuses_a_webhook_s_address_in_place_of_its_secret" {
  command = plan

  variables {
    notify = { package = "README.md", webhook_secret_arn = "https://hooks.slack.com/services/T/B/x", log_retention_days = 7 }
  }

  expect_failures = [var.notify]
}
