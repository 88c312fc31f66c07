resource "aws_iam_role" "main" {
  name        = local.name
  description = "State machine ${local.name}"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        ArnLike      = { "aws:SourceArn" = local.arn }
      }
    }]
  })
}

resource "aws_iam_role_policy" "main" {
  name = "break"
  role = aws_iam_role.main.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.per_destination, local.statements)
  })
}

locals {
  # A statement must name something: without destinations there are none of these.
  per_destination = length(var.destinations) == 0 ? [] : [
    {
      Sid      = "StopAndStart"
      Effect   = "Allow"
      Action   = ["lambda:UpdateEventSourceMapping"]
      Resource = [for d in values(var.destinations) : d.mapping_arn]
    },
    {
      Sid      = "Probe"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [for d in values(var.destinations) : d.alias_arn]
    },
    {
      Sid      = "DisarmAndRearm"
      Effect   = "Allow"
      Action   = ["events:DisableRule", "events:EnableRule"]
      Resource = values(local.rule_arns)
    },
  ]

  statements = [
    {
      Sid      = "RearmLater"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [local.arn]
    },
    {
      # Without a name in the request there is none to check, so it takes all alarms.
      Sid      = "AskAlarm"
      Effect   = "Allow"
      Action   = ["cloudwatch:DescribeAlarms"]
      Resource = ["arn:${data.aws_partition.current.partition}:cloudwatch:${local.in_account}:alarm:*"]
    },
    {
      # CloudWatch has no metrics to name, only namespaces.
      Sid       = "ReportState"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = ["*"]
      Condition = { StringEquals = { "cloudwatch:namespace" = "Rumline" } }
    },
    {
      # What Step Functions asks for in order to log: none of it has resources to name.
      # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      Sid    = "WriteLogs"
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
      ]
      Resource = ["*"]
    },
    {
      # X-Ray has no resources to name.
      Sid    = "WriteTraces"
      Effect = "Allow"
      Action = [
        "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
      ]
      Resource = ["*"]
    },
  ]
}

resource "aws_iam_role" "start" {
  name        = "${local.name}-start"
  description = "Rules that start ${local.name}"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "start" {
  name = "start"
  role = aws_iam_role.start.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartBreaker"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [local.arn]
    }]
  })
}
