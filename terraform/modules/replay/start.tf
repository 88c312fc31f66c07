# Zero hands: the alarm of a dead-letter queue starts its replay.

resource "aws_cloudwatch_event_rule" "main" {
  for_each = var.destinations

  name        = "${var.name}-${each.key}"
  description = "Starts the replay of ${each.key} when its dead-letter queue's alarm goes off"

  event_pattern = jsonencode({
    source        = ["aws.cloudwatch"]
    "detail-type" = ["CloudWatch Alarm State Change"]
    detail = {
      alarmName = [each.value.alarm_name]
      state     = { value = ["ALARM"] }
    }
  })
}

resource "aws_cloudwatch_event_target" "main" {
  for_each = var.destinations

  rule     = aws_cloudwatch_event_rule.main[each.key].name
  arn      = aws_sfn_state_machine.main.arn
  role_arn = aws_iam_role.start.arn

  input = jsonencode({
    destination = each.key
    automatic   = true
    by          = "alarm ${each.value.alarm_name}"
  })
}
