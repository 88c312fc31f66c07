# What the steps may do.
locals {
  function_permissions = [
    {
      sid       = "ReadDeployment"
      actions   = ["ssm:GetParametersByPath"]
      resources = [local.parameters_arn, "${local.parameters_arn}/*"]
    },
    {
      sid       = "TakeDeadLetters"
      actions   = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"]
      resources = values(var.destinations)[*].dlq_arn
    },
    {
      sid       = "Deliver"
      actions   = ["lambda:InvokeFunction"]
      resources = values(var.destinations)[*].alias_arn
    },
    {
      sid       = "ReadFailuresAndTakeTurns"
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [var.ledger_table_arn]
    },
    {
      sid       = "Park"
      actions   = ["s3:PutObject"]
      resources = [for destination in keys(var.destinations) : "${var.quarantine_bucket_arn}/${var.parked_prefix}${destination}/*"]
    },
    {
      sid       = "GoOn"
      actions   = ["states:StartExecution"]
      resources = [local.state_machine_arn]
    },
    {
      sid       = "SeeWhoIsAtWork"
      actions   = ["states:DescribeExecution"]
      resources = [local.executions_arn]
    },
    {
      sid       = "Report"
      actions   = ["sns:Publish"]
      resources = [var.alarm_topic_arn]
    },
  ]
}

resource "aws_iam_role" "state_machine" {
  name        = "${var.name}-states"
  description = "State machine ${var.name}"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.topic.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "state_machine" {
  name = "work"
  role = aws_iam_role.state_machine.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "InvokeStepsAndProbe"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = concat([module.function.alias_arn], values(var.destinations)[*].alias_arn)
      },
      {
        # Neither log deliveries nor X-Ray have resources to name.
        # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
        Sid    = "WriteLogsAndTraces"
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
          "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
        ]
        Resource = ["*"]
      },
    ]
  })
}

resource "aws_iam_role" "start" {
  name        = "${var.name}-start"
  description = "Alarms that start state machine ${var.name}"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.topic.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "start" {
  name = "start"
  role = aws_iam_role.start.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Start"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [local.state_machine_arn]
    }]
  })
}
