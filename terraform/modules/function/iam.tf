resource "aws_iam_role" "main" {
  name        = var.name
  description = "Lambda function ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "main" {
  name = "work"
  role = aws_iam_role.main.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for permission in concat(local.permissions, local.vpc_permissions, var.permissions) : {
        Sid      = permission.sid
        Effect   = "Allow"
        Action   = permission.actions
        Resource = permission.resources
      }
    ]
  })

  # A policy of another name is there before the old one goes, so that the function is never without.
  lifecycle {
    create_before_destroy = true
  }
}

# What every function needs. Each has its own in var.permissions.
locals {
  permissions = [
    {
      sid       = "WriteLogs"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.main.arn}:*"]
    },
    {
      # X-Ray has no resources to name.
      sid       = "WriteTraces"
      actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources = ["*"]
    },
    {
      # What queues, buckets, tables and secrets ask of KMS they ask on behalf of the function.
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
      resources = [var.kms_key_arn]
    },
  ]

  # Lambda attaches the function to the subnets under its role, and network interfaces cannot be named before they are there.
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
  vpc_permissions = [for vpc in var.vpc[*] : {
    sid       = "JoinSubnets"
    actions   = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
    resources = ["*"]
  }]
}
