# Every environment, as its var-file has it, with the destinations as destinations.auto.tfvars has them: each plan passes all
# checks. Needs the zips of `go tool task build`, or any files of their names in artifacts_dir.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

run "settings" {
  module {
    source = "./tests/tfvars"
  }

  variables {
    environments = ["dev", "preprod", "prod", "local"]
  }

  assert {
    condition = alltrue([
      for name, settings in output.environments : setsubtract(keys(settings), name == "local" ? ["alarm_period_seconds", "breaker", "destination_overrides", "emulator", "replay"] : []) == toset([
        "environment", "force_destroy", "log_level", "log_retention_days", "maximum_concurrency", "output_transitions",
        "raw_expiry_days", "reserved_concurrency",
      ])
    ])
    error_message = "Every environment must state every setting, the local one alone may be in a hurry, and the runs below must pass it all on: ${jsonencode({ for name, settings in output.environments : name => keys(settings) })}"
  }

  assert {
    condition     = { for name, settings in output.environments : name => settings.reserved_concurrency } == { dev = 5, preprod = 10, prod = 20, local = 2 }
    error_message = "The reserved concurrency must be 5 in dev, 10 in preprod, 20 in prod and 2 locally."
  }

  assert {
    condition     = [for name, settings in output.environments : name if try(settings.emulator, false)] == ["local"]
    error_message = "Only the local environment may talk to an emulator."
  }

  assert {
    condition     = toset([for name, settings in output.environments : name if settings.force_destroy]) == toset(["dev", "local"])
    error_message = "The data of preprod and prod must survive a `terraform destroy`."
  }
}

run "dev" {
  command = plan

  variables {
    workspace            = "dev"
    environment          = run.settings.environments.dev.environment
    reserved_concurrency = run.settings.environments.dev.reserved_concurrency
    maximum_concurrency  = run.settings.environments.dev.maximum_concurrency
    log_level            = run.settings.environments.dev.log_level
    log_retention_days   = run.settings.environments.dev.log_retention_days
    raw_expiry_days      = run.settings.environments.dev.raw_expiry_days
    output_transitions   = run.settings.environments.dev.output_transitions
    force_destroy        = run.settings.environments.dev.force_destroy
  }

  assert {
    condition = output.raw_bucket == "rumline-dev-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == {
      clickhouse = "rumline-dev-clickhouse"
      parquet    = "rumline-dev-parquet"
      json       = "rumline-dev-json"
    }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }
}

run "preprod" {
  command = plan

  variables {
    workspace            = "preprod"
    environment          = run.settings.environments.preprod.environment
    reserved_concurrency = run.settings.environments.preprod.reserved_concurrency
    maximum_concurrency  = run.settings.environments.preprod.maximum_concurrency
    log_level            = run.settings.environments.preprod.log_level
    log_retention_days   = run.settings.environments.preprod.log_retention_days
    raw_expiry_days      = run.settings.environments.preprod.raw_expiry_days
    output_transitions   = run.settings.environments.preprod.output_transitions
    force_destroy        = run.settings.environments.preprod.force_destroy
  }

  assert {
    condition = output.raw_bucket == "rumline-preprod-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == {
      clickhouse = "rumline-preprod-clickhouse"
      parquet    = "rumline-preprod-parquet"
      json       = "rumline-preprod-json"
    }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }
}

run "prod" {
  command = plan

  variables {
    workspace            = "prod"
    environment          = run.settings.environments.prod.environment
    reserved_concurrency = run.settings.environments.prod.reserved_concurrency
    maximum_concurrency  = run.settings.environments.prod.maximum_concurrency
    log_level            = run.settings.environments.prod.log_level
    log_retention_days   = run.settings.environments.prod.log_retention_days
    raw_expiry_days      = run.settings.environments.prod.raw_expiry_days
    output_transitions   = run.settings.environments.prod.output_transitions
    force_destroy        = run.settings.environments.prod.force_destroy
  }

  assert {
    condition = output.raw_bucket == "rumline-prod-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == {
      clickhouse = "rumline-prod-clickhouse"
      parquet    = "rumline-prod-parquet"
      json       = "rumline-prod-json"
    }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }
}

run "local" {
  command = plan

  variables {
    workspace             = "local"
    environment           = run.settings.environments.local.environment
    reserved_concurrency  = run.settings.environments.local.reserved_concurrency
    maximum_concurrency   = run.settings.environments.local.maximum_concurrency
    log_level             = run.settings.environments.local.log_level
    log_retention_days    = run.settings.environments.local.log_retention_days
    raw_expiry_days       = run.settings.environments.local.raw_expiry_days
    output_transitions    = run.settings.environments.local.output_transitions
    force_destroy         = run.settings.environments.local.force_destroy
    emulator              = run.settings.environments.local.emulator
    destination_overrides = run.settings.environments.local.destination_overrides
    alarm_period_seconds  = run.settings.environments.local.alarm_period_seconds
    replay                = run.settings.environments.local.replay
    breaker               = run.settings.environments.local.breaker
  }

  assert {
    condition = output.raw_bucket == "rumline-local-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == {
      clickhouse = "rumline-local-clickhouse"
      parquet    = "rumline-local-parquet"
      json       = "rumline-local-json"
    }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }
}

run "local_under_another_name" {
  command = plan

  variables {
    workspace             = "local-e2e"
    environment           = run.settings.environments.local.environment
    reserved_concurrency  = run.settings.environments.local.reserved_concurrency
    maximum_concurrency   = run.settings.environments.local.maximum_concurrency
    log_level             = run.settings.environments.local.log_level
    log_retention_days    = run.settings.environments.local.log_retention_days
    raw_expiry_days       = run.settings.environments.local.raw_expiry_days
    output_transitions    = run.settings.environments.local.output_transitions
    force_destroy         = run.settings.environments.local.force_destroy
    emulator              = run.settings.environments.local.emulator
    destination_overrides = run.settings.environments.local.destination_overrides
    alarm_period_seconds  = run.settings.environments.local.alarm_period_seconds
    replay                = run.settings.environments.local.replay
    breaker               = run.settings.environments.local.breaker
  }

  assert {
    condition = output.raw_bucket == "rumline-local-e2e-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == {
      clickhouse = "rumline-local-e2e-clickhouse"
      parquet    = "rumline-local-e2e-parquet"
      json       = "rumline-local-e2e-json"
    }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }
}
