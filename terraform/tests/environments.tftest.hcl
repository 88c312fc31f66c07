# Every environment, as its tier has it, with the destinations as destinations.auto.tfvars has them and the zips that
# `go tool task build` makes: each plan passes all checks.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

run "dev" {
  command = plan

  variables {
    workspace = "dev"
  }

  assert {
    condition     = output.raw_bucket == "rumline-dev-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == { for name in keys(var.destinations) : name => "rumline-dev-${name}" }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }

  assert {
    condition     = output.tier.reserved_concurrency == 5 && output.tier.emulator == false && output.tier.force_destroy == true
    error_message = "The workspace must choose its tier: ${jsonencode(output.tier)}"
  }
}

run "preprod" {
  command = plan

  variables {
    workspace = "preprod"
  }

  assert {
    condition     = output.raw_bucket == "rumline-preprod-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == { for name in keys(var.destinations) : name => "rumline-preprod-${name}" }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }

  assert {
    condition     = output.tier.reserved_concurrency == 10 && output.tier.emulator == false && output.tier.force_destroy == false
    error_message = "The workspace must choose its tier: ${jsonencode(output.tier)}"
  }
}

run "prod" {
  command = plan

  variables {
    workspace = "prod"
  }

  assert {
    condition     = output.raw_bucket == "rumline-prod-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == { for name in keys(var.destinations) : name => "rumline-prod-${name}" }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }

  assert {
    condition     = output.tier.reserved_concurrency == 20 && output.tier.emulator == false && output.tier.force_destroy == false
    error_message = "The workspace must choose its tier: ${jsonencode(output.tier)}"
  }

  assert {
    condition     = local.function_environment.json.RUMLINE_ENVIRONMENT == "prod" && output.tier.alarm_period_seconds == 60 && length(module.access_logs) == 1
    error_message = "In prod nothing may be as it is at a desk, and who reads what is logged."
  }
}

run "local" {
  command = plan

  variables {
    workspace = "local"
  }

  assert {
    condition     = output.raw_bucket == "rumline-local-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == { for name in keys(var.destinations) : name => "rumline-local-${name}" }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }

  assert {
    condition     = output.tier.reserved_concurrency == 2 && output.tier.emulator == true && output.tier.force_destroy == true
    error_message = "The workspace must choose its tier: ${jsonencode(output.tier)}"
  }

  assert {
    condition     = alltrue([for destination in local.destinations : destination.batch_window_seconds == 2]) && length(module.access_logs) == 0
    error_message = "At a desk nobody waits: ${jsonencode(local.destinations)}"
  }
}

run "local_under_another_name" {
  command = plan

  variables {
    workspace = "local-e2e"
  }

  assert {
    condition     = output.raw_bucket == "rumline-local-e2e-raw-123456789012" && { for name, destination in output.destinations : name => destination.function_name } == { for name in keys(var.destinations) : name => "rumline-local-e2e-${name}" }
    error_message = "Names must carry the workspace: ${output.raw_bucket}, ${jsonencode(output.destinations)}"
  }

  assert {
    condition     = output.tier.reserved_concurrency == 2 && output.tier.emulator == true && output.tier.force_destroy == true
    error_message = "The workspace must choose its tier: ${jsonencode(output.tier)}"
  }

  assert {
    condition     = local.function_environment.json.RUMLINE_ENVIRONMENT == "local-e2e"
    error_message = "The environment of local-e2e is not that of local: their metrics would be one."
  }
}

run "overrides_what_is_said_and_nothing_else" {
  command = plan

  variables {
    workspace      = "local"
    tier_overrides = { reserved_concurrency = 4 }
  }

  assert {
    condition     = jsonencode(output.tier) == jsonencode(merge(run.local.tier, { reserved_concurrency = 4 }))
    error_message = "Only the reserved concurrency must differ: ${jsonencode(output.tier)}"
  }
}

run "protects_what_is_to_be_kept" {
  command = plan

  variables {
    workspace      = "dev-ann"
    tier_overrides = { force_destroy = false }
  }

  assert {
    condition     = output.tier.force_destroy == false && output.tier.raw_expiry_days == 21
    error_message = "It must be as dev, but for the data: ${jsonencode(output.tier)}"
  }
}

run "dev_under_another_name" {
  command = plan

  variables {
    workspace = "dev-ann"
  }

  assert {
    condition     = local.function_environment.json.RUMLINE_ENVIRONMENT == "dev-ann"
    error_message = "Its metrics must not be those of dev."
  }

  assert {
    condition     = output.raw_bucket == "rumline-dev-ann-raw-123456789012" && output.tier.reserved_concurrency == 5 && output.tier.emulator == false
    error_message = "dev-ann must be a further environment of dev: ${output.raw_bucket}, ${jsonencode(output.tier)}"
  }
}
