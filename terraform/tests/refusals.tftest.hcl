# Settings that do not fit together are refused at plan time.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "210987654321" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  workspace      = "dev"
  artifacts_dir  = "tests/artifacts"
  destinations   = { bucketed = {} }
  tier_overrides = { raw_expiry_days = 19 }
}

run "accepts_raw_objects_that_outlive_their_messages" {
  command = plan
}

run "refuses_raw_objects_that_expire_with_their_messages" {
  command = plan

  variables {
    tier_overrides = { raw_expiry_days = 18 }
  }

  expect_failures = [output.tier]
}

run "refuses_raw_objects_that_expire_before_one_destination_is_through" {
  command = plan

  variables {
    destinations = { bucketed = {}, keyed = { queue_retention_days = 5 } }
  }

  expect_failures = [output.tier]
}

run "accepts_a_ledger_that_outlives_the_raw_objects" {
  command = plan

  variables {
    ledger_retention_days = 22
  }
}

run "refuses_a_ledger_that_forgets_what_a_backfill_may_announce" {
  command = plan

  variables {
    ledger_retention_days = 21
  }

  expect_failures = [output.tier]
}

run "refuses_a_ledger_of_half_days" {
  command = plan

  variables {
    ledger_retention_days = 29.5
  }

  expect_failures = [var.ledger_retention_days]
}

run "refuses_local_settings_under_a_name_like_local" {
  command = plan

  variables {
    workspace = "localhost"
  }

  expect_failures = [var.workspace]
}

run "refuses_an_unknown_environment" {
  command = plan

  variables {
    workspace = "qa"
  }

  expect_failures = [var.workspace]
}

run "refuses_a_workspace_that_no_bucket_could_be_named_after" {
  command = plan

  variables {
    workspace = "local-Mine"
  }

  expect_failures = [var.workspace]
}

run "refuses_a_workspace_that_makes_bucket_names_too_long" {
  command = plan

  variables {
    workspace = "local-abcdefghijklmnopqrstuvwxyz"
  }

  expect_failures = [var.workspace]
}

run "refuses_a_workspace_that_a_destination_of_dev_is_called_like" {
  command = plan

  variables {
    workspace = "dev-bucketed"
  }

  expect_failures = [output.workspace]
}

run "refuses_a_workspace_that_a_destination_of_dev_begins_like" {
  command = plan

  variables {
    workspace    = "dev-ann"
    destinations = { ann-json = {} }
  }

  expect_failures = [output.workspace]
}

run "refuses_a_workspace_that_begins_like_a_part" {
  command = plan

  variables {
    workspace = "dev-replay-ann"
  }

  expect_failures = [output.workspace]
}

run "accepts_a_workspace_of_31" {
  command = plan

  variables {
    workspace = "local-abcdefghijklmnopqrstuvwxy"
  }

  override_data {
    target = data.aws_caller_identity.current
    values = { account_id = "123456789012" }
  }
}

run "refuses_the_emulator_s_workspace_in_a_real_account" {
  command = plan

  variables {
    workspace = "local"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "refuses_a_processor_that_lambda_lacks" {
  command = plan

  variables {
    architecture = "riscv64"
  }

  expect_failures = [var.architecture]
}

run "refuses_an_unknown_log_level" {
  command = plan

  variables {
    tier_overrides = { log_level = "trace" }
  }

  expect_failures = [var.tier_overrides]
}

run "refuses_a_region_that_is_none" {
  command = plan

  variables {
    region = "Virginia"
  }

  expect_failures = [var.region]
}

run "refuses_a_destination_named_replay" {
  command = plan

  variables {
    destinations = { bucketed = {}, replay = {} }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_destination_named_breaker" {
  command = plan

  variables {
    destinations = { bucketed = {}, breaker = {} }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_destination_named_notify" {
  command = plan

  variables {
    destinations = { bucketed = {}, notify = {} }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_destination_named_alarms" {
  command = plan

  variables {
    destinations = { bucketed = {}, alarms = {} }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_destination_named_ledger" {
  command = plan

  variables {
    destinations = { bucketed = {}, ledger = {} }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_destination_whose_role_would_be_the_replay_s" {
  command = plan

  variables {
    destinations = { bucketed = {}, replay-start = {} }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_destination_that_would_read_slack_s_webhook" {
  command = plan

  variables {
    destinations = { bucketed = { secret = "slack-webhook" } }
  }

  expect_failures = [var.destinations]
}

run "accepts_every_threshold" {
  command = plan

  variables {
    alarm_thresholds = {
      message_age_seconds           = 1800
      message_age_retention_percent = 10
      error_rate_percent            = 1
      duration_percent              = 50
      quarantine_rate_percent       = 2
      destination_down_percent      = 20
    }
  }
}

run "refuses_a_threshold_that_no_alarm_has" {
  command = plan

  variables {
    alarm_thresholds = { error_rate = 10 }
  }

  expect_failures = [var.alarm_thresholds]
}

run "refuses_a_destination_named_like_a_dead_letter_queue" {
  command = plan

  variables {
    destinations = { bucketed-dlq = {} }
  }

  expect_failures = [var.destinations]
}

run "refuses_an_output_bucket_named_raw" {
  command = plan

  variables {
    destinations = { bucketed = { output = { bucket = "raw" } } }
  }

  expect_failures = [var.destinations]
}

run "refuses_an_output_prefix_that_is_no_folder" {
  command = plan

  variables {
    destinations = { bucketed = { output = { bucket = "lake", prefix = "events" } } }
  }

  expect_failures = [var.destinations]
}

run "refuses_two_destinations_that_write_to_one_place" {
  command = plan

  variables {
    destinations = { bucketed = { output = { bucket = "lake" } }, keyed = { output = { bucket = "lake" } } }
  }

  expect_failures = [var.destinations]
}

run "refuses_a_secret_in_capitals" {
  command = plan

  variables {
    destinations = { bucketed = { secret = "DSN" } }
  }

  expect_failures = [var.destinations]
}

run "refuses_tiers_that_lack_one" {
  command = plan

  variables {
    tiers = { dev = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21 } }
  }

  expect_failures = [var.tiers]
}

run "refuses_to_take_the_data_of_prod_along" {
  command = plan

  variables {
    tiers = {
      dev     = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21 }
      preprod = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21 }
      prod    = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21, force_destroy = true }
      local   = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21 }
    }
  }

  expect_failures = [var.tiers]
}

run "refuses_to_give_up_protection_by_an_override" {
  command = plan

  variables {
    workspace      = "prod"
    tier_overrides = { force_destroy = true }
  }

  expect_failures = [var.tier_overrides]
}

run "refuses_an_emulator_as_prod" {
  command = plan

  variables {
    tiers = {
      dev     = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21 }
      preprod = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21 }
      prod    = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21, emulator = true }
      local   = { reserved_concurrency = 5, maximum_concurrency = 4, log_retention_days = 7, raw_expiry_days = 21 }
    }
  }

  expect_failures = [var.tiers]
}

run "refuses_a_bucket_of_artifacts_that_is_an_address" {
  command = plan

  variables {
    artifacts_bucket = "s3://artifacts/"
  }

  expect_failures = [var.artifacts_bucket]
}

run "refuses_a_cluster_without_a_name" {
  command = plan

  variables {
    clickhouse = { topology = "replicated" }
  }

  expect_failures = [var.clickhouse]
}

run "refuses_the_name_of_a_cluster_that_is_none" {
  command = plan

  variables {
    clickhouse = { topology = "cloud", cluster = "main" }
  }

  expect_failures = [var.clickhouse]
}

run "refuses_a_topology_that_there_is_not" {
  command = plan

  variables {
    clickhouse = { topology = "sharded" }
  }

  expect_failures = [var.clickhouse]
}

run "refuses_a_destination_named_migrate" {
  command = plan

  variables {
    destinations = { bucketed = {}, migrate = {} }
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

run "refuses_to_run_what_is_no_version" {
  command = plan

  variables {
    live_versions = { json = "$LATEST" }
  }

  expect_failures = [var.live_versions]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    access_log_expiry_days = 0
    quarantine_expiry_days = 0.5
    alarm_emails           = ["oncall"]
    artifacts_dir          = ""
    athena                 = { scan_limit_gb = 0 }
    budget                 = { monthly_usd = 100, emails = ["boss"] }
    runbook_url            = "runbook/"
  }

  expect_failures = [
    var.access_log_expiry_days,
    var.quarantine_expiry_days,
    var.alarm_emails,
    var.artifacts_dir,
    var.athena,
    var.budget,
    var.runbook_url,
  ]
}
