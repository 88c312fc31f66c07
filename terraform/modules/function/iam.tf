resource "aws_iam_role" "main" {
  name        = var.name
  description = "Lambda function ${var.name}"

  permissions_boundary = var.permissions_boundary_arn

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
    Statement = concat(
      [
        for permission in concat(local.permissions, local.vpc_permissions, var.permissions) : {
          Sid      = permission.sid
          Effect   = "Allow"
          Action   = permission.actions
          Resource = permission.resources
        }
      ],
      local.key_statements,
    )
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
  ]

  # Lambda attaches the function to the subnets under its role, and network interfaces cannot be named before they are there.
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
  vpc_permissions = [for vpc in var.vpc[*] : {
    sid       = "JoinSubnets"
    actions   = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
    resources = ["*"]
  }]
}

# The key follows from the other rights: queues, buckets, tables, topics and secrets ask KMS on behalf of whoever calls them, and
# nobody calls it in person. What a call makes its service ask for:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (an upload in parts decrypts, too: nothing does that)
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
locals {
  decrypted = ["s3:GetObject", "s3:GetObjectVersion", "sqs:ReceiveMessage", "sqs:SendMessage", "sns:Publish", "secretsmanager:GetSecretValue"]
  encrypted = ["s3:PutObject", "sqs:SendMessage", "sns:Publish"]

  granted = flatten(var.permissions[*].actions)

  key_uses = {
    ReadEncrypted = {
      action = "kms:Decrypt"
      # The function's variables are read with a grant that Lambda makes, and with this where the grant has gone: it does not outlive
      # a role that is made again under the same name.
      services = distinct(concat(["lambda"], [
        for action in local.granted : split(":", action)[0] if startswith(action, "dynamodb:") || contains(local.decrypted, action)
      ]))
    }

    WriteEncrypted = {
      action   = "kms:GenerateDataKey"
      services = distinct([for action in local.granted : split(":", action)[0] if contains(local.encrypted, action)])
    }
  }

  key_region = split(":", var.kms_key_arn)[3]

  key_statements = [
    for sid, use in local.key_uses : {
      Sid       = sid
      Effect    = "Allow"
      Action    = [use.action]
      Resource  = [var.kms_key_arn]
      Condition = { StringEquals = { "kms:ViaService" = [for service in use.services : "${service}.${local.key_region}.amazonaws.com"] } }
    } if length(use.services) > 0
  ]
}
