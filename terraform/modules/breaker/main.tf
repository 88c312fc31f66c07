# A circuit breaker for each destination: an alarm says that the destination is down, a rule starts the state machine, which
# stops the destination's event source mapping, probes the destination, and lets the messages flow again.

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

locals {
  name = "${var.prefix}-breaker"

  rules = { for destination in keys(var.destinations) : destination => "${var.prefix}-${destination}-breaker" }

  # Put together, so that the role can name what is created after it.
  in_account = "${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"
  arn        = "arn:${data.aws_partition.current.partition}:states:${local.in_account}:stateMachine:${local.name}"
  rule_arns  = { for destination, rule in local.rules : destination => "arn:${data.aws_partition.current.partition}:events:${local.in_account}:rule/${rule}" }

  seconds_per_day = 86400

  # A probe that gets no answer makes a round longer than the wait that is counted.
  longest_open_seconds = ceil(var.max_open_seconds * (var.probe_max_seconds + var.probe_timeout_seconds) / var.probe_max_seconds)

  # Of the 25,000 events that an execution may have a round takes at most 24, half opening included.
  most_events = 24 * ceil(var.max_open_seconds / min(var.probe_max_seconds, var.half_open_seconds))
}

resource "aws_sfn_state_machine" "main" {
  name     = local.name
  role_arn = aws_iam_role.main.arn
  type     = "STANDARD"

  definition = templatefile("${path.module}/breaker.asl.json", {
    partition             = data.aws_partition.current.partition
    probe_first_seconds   = var.probe_first_seconds
    probe_double_seconds  = floor(var.probe_max_seconds / 2)
    probe_timeout_seconds = var.probe_timeout_seconds
    half_open_seconds     = var.half_open_seconds
    settle_seconds        = var.settle_seconds
    prefix                = var.prefix
    max_open_seconds      = var.max_open_seconds
    rearm_seconds         = var.rearm_seconds
    restore_attempts      = 100

    # For what nobody thought of: the rule in events.tf sees to an execution that hangs.
    timeout_seconds = local.longest_open_seconds + var.rearm_seconds + local.seconds_per_day
  })

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.main.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.main]

  lifecycle {
    precondition {
      condition     = alltrue([for d in values(var.destinations) : 2 * (local.longest_open_seconds + var.rearm_seconds) <= d.queue_retention_days * local.seconds_per_day])
      error_message = "max_open_seconds is ${var.max_open_seconds}: a queue drops what is older than its retention, silently, so open (at most ${local.longest_open_seconds} s with probes that time out) and rearm_seconds (${var.rearm_seconds}) together must be at most half of it. ${join(" ", [for name, d in var.destinations : "Destination ${name} keeps messages for ${d.queue_retention_days} days." if 2 * (local.longest_open_seconds + var.rearm_seconds) > d.queue_retention_days * local.seconds_per_day])}"
    }

    precondition {
      condition     = local.most_events <= 24000
      error_message = "max_open_seconds is ${var.max_open_seconds} with a probe every ${var.probe_max_seconds} s and ${var.half_open_seconds} s half open: that can take ${local.most_events} events, and Step Functions ends an execution at 25,000."
    }
  }
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/aws/vendedlogs/states/${local.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
