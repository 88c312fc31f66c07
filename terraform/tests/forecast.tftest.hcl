# The forecast of costs, with coefficients of round numbers.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  workspace         = "dev"
  artifacts_dir     = "tests/artifacts"
  destinations      = { bucketed = {} }
  cost_coefficients = "tests/cost/coefficients.json"
}

run "adds_up_what_is_deployed" {
  command = plan

  variables {
    tier_overrides = { events_per_month = 10000000, events_per_object = 1000 }
  }

  assert {
    condition     = output.cost_forecast.monthly_usd == "33.00" && output.cost_forecast.events_usd == { bucketed = "1.00", shared = "2.00" } && length(output.cost_forecast.not_measured) == 0
    error_message = "30 + 10 × (0.10 + 0.20) must be 33, without the destination that is not there: ${jsonencode(output.cost_forecast)}"
  }
}

run "says_what_it_leaves_out" {
  command = plan

  variables {
    destinations   = { bucketed = {}, keyed = {} }
    tier_overrides = { events_per_month = 10000000, events_per_object = 1000 }
  }

  assert {
    condition     = output.cost_forecast.monthly_usd == "33.00" && output.cost_forecast.not_measured == ["keyed"]
    error_message = "What was not measured must be named, and in no sum: ${jsonencode(output.cost_forecast)}"
  }
}

run "reckons_with_the_next_smaller_object" {
  command = plan

  variables {
    tier_overrides = { events_per_month = 1000000, events_per_object = 999 }
  }

  assert {
    condition     = output.cost_forecast.monthly_usd == "31.50"
    error_message = "999 events an object cost what 10 do: ${jsonencode(output.cost_forecast)}"
  }
}

run "is_silent_without_coefficients" {
  command = plan

  variables {
    cost_coefficients = "tests/cost/missing.json"
  }

  assert {
    condition     = output.cost_forecast == null
    error_message = "Without coefficients there is no forecast: ${jsonencode(output.cost_forecast)}"
  }
}
