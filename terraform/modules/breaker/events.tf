# What starts the breaker.

resource "aws_cloudwatch_event_rule" "main" {
  for_each = var.destinations

  name        = local.rules[each.key]
  description = "Opens the circuit breaker of ${each.key} when it is down"

  event_pattern = jsonencode({
    source      = ["aws.cloudwatch"]
    detail-type = ["CloudWatch Alarm State Change"]
    detail = {
      alarmName = ["${var.prefix}-${each.key}-destination-down"]
      state     = { value = ["ALARM"] }
    }
  })

  # A breaker that gave up disables its rule for a while: an apply in the meantime must not arm it.
  lifecycle {
    ignore_changes = [state]
  }
}

resource "aws_cloudwatch_event_target" "main" {
  for_each = var.destinations

  rule     = aws_cloudwatch_event_rule.main[each.key].name
  arn      = aws_sfn_state_machine.main.arn
  role_arn = aws_iam_role.start.arn

  input = jsonencode({
    destination         = each.key
    environment         = var.environment
    mapping             = each.value.mapping_id
    function            = each.value.alias_arn
    maximum_concurrency = each.value.maximum_concurrency
    rule                = local.rules[each.key]
  })
}

# An execution that somebody aborted, or that hung, may have left a mapping stopped: another one takes over. Not so one
# that failed: it has let the messages flow, and what kept it from its work would keep the next one, at once and for ever.
resource "aws_cloudwatch_event_rule" "takeover" {
  name        = "${local.name}-takeover"
  description = "Starts the circuit breaker again with the input of an execution that was aborted or timed out"

  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [local.arn]
      status          = ["ABORTED", "TIMED_OUT"]
    }
  })
}

# The event has the input as a string, and so it arrives: the state machine unwraps it.
resource "aws_cloudwatch_event_target" "takeover" {
  rule       = aws_cloudwatch_event_rule.takeover.name
  arn        = aws_sfn_state_machine.main.arn
  role_arn   = aws_iam_role.start.arn
  input_path = "$.detail.input"
}
