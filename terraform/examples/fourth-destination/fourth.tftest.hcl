# The root module with one more entry, which `terraform test` takes from the destinations.auto.tfvars beside this file.
# That the others are left alone, and nothing is left without it, is in tests/addition.tftest.hcl.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  workspace     = "prod"
  artifacts_dir = "tests/artifacts"
}

run "follows_from_the_entry" {
  command = plan

  assert {
    condition     = toset(keys(output.destinations)) == toset(keys(var.destinations)) && output.destinations.warehouse.function_name == "rumline-prod-warehouse" && output.destinations.warehouse.log_group == "/aws/lambda/rumline-prod-warehouse"
    error_message = "It must have a queue, a dead-letter queue, a subscription and a function: ${join(", ", keys(output.destinations))}"
  }

  assert {
    condition     = local.function_environment.warehouse.RUMLINE_OUTPUT_BUCKET == "rumline-prod-sales-123456789012" && output.outputs.warehouse.bucket == "rumline-prod-sales-123456789012" && output.secrets["warehouse-password"].name == "rumline-prod-warehouse-password"
    error_message = "It must have the bucket and the secret that it names: ${jsonencode(output.outputs)}, ${join(", ", keys(output.secrets))}"
  }

  assert {
    condition     = local.function_permissions.warehouse[*].sid == ["KeepLedger", "WriteQuarantine", "WriteOutput", "ReadSecret"]
    error_message = "Its role must reach what it names: ${join(", ", local.function_permissions.warehouse[*].sid)}"
  }

  # Whatever kinds of alarm there are, it has those that JSON has.
  assert {
    condition     = toset([for key in keys(module.observability.alarms) : trimprefix(key, "warehouse-") if startswith(key, "warehouse-")]) == toset([for key in keys(module.observability.alarms) : trimprefix(key, "json-") if startswith(key, "json-")]) && contains(keys(module.observability.alarms), "warehouse-dlq-depth")
    error_message = "It must have an alarm of each kind: ${join(", ", keys(module.observability.alarms))}"
  }

  assert {
    condition     = module.replay.rules.warehouse == "rumline-prod-replay-warehouse" && module.breaker.rules.warehouse == "rumline-prod-warehouse-breaker"
    error_message = "Its alarms must start its replay and its breaker: ${jsonencode(module.replay.rules)}, ${jsonencode(module.breaker.rules)}"
  }

  assert {
    condition     = strcontains(module.observability.dashboard_body, "## warehouse ·")
    error_message = "It must have a row of the dashboard."
  }

  assert {
    condition     = aws_ssm_parameter.destination["warehouse"].name == "/rumline/prod/destinations/warehouse"
    error_message = "The on-call's commands must find it in Parameter Store."
  }
}
