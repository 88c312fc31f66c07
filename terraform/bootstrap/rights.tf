# What the role of an environment may do: everything to what is called rumline-<environment>, and nothing to anything else. Roles it
# may make, within the boundary, and hand to the services that run Rumline alone. What those roles may do within it is the code's to say,
# so whoever may deploy may do what they can: GitHub's environment decides who that is.

locals {
  in_region = "${var.region}:${local.account_id}"

  statements = {
    state = { for environment in var.environments : environment => concat(
      [
        {
          Sid      = "FindState"
          Effect   = "Allow"
          Action   = ["s3:ListBucket"]
          Resource = ["arn:${local.partition}:s3:::${local.state_bucket}"]
        },
        {
          Sid    = "KeepState"
          Effect = "Allow"
          Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
          Resource = [
            "arn:${local.partition}:s3:::${local.state_bucket}/rumline/${environment}/terraform.tfstate",
            "arn:${local.partition}:s3:::${local.state_bucket}/rumline/${environment}/terraform.tfstate.tflock",
          ]
        },
        {
          Sid      = "PublishArtifacts"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = ["arn:${local.partition}:s3:::${local.artifacts_bucket}/functions/*"]
        },
        {
          Sid      = "UseStateKey"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = [aws_kms_key.state.arn]
        },
      ],
      [
        {
          # Services that run under a role of ours, and no other role: else whoever deploys could hand out any.
          Sid      = "HandRolesToServices"
          Effect   = "Allow"
          Action   = ["iam:PassRole"]
          Resource = ["arn:${local.partition}:iam::${local.account_id}:role/rumline-${environment}-*"]
          Condition = {
            StringEquals = { "iam:PassedToService" = ["lambda.amazonaws.com", "states.amazonaws.com", "events.amazonaws.com"] }
          }
        },
        {
          # A role that is made, or is given rights, has the boundary: it may do no more than that, whatever its policies say.
          Sid       = "GiveRightsWithinBoundary"
          Effect    = "Allow"
          Action    = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:DeleteRolePolicy"]
          Resource  = ["arn:${local.partition}:iam::${local.account_id}:role/rumline-${environment}-*"]
          Condition = { StringEquals = { "iam:PermissionsBoundary" = local.boundary_arns[environment] } }
        },
        {
          Sid    = "KeepRoles"
          Effect = "Allow"
          Action = [
            "iam:DeleteRole", "iam:GetRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:TagRole", "iam:UntagRole",
            "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole",
          ]
          Resource = ["arn:${local.partition}:iam::${local.account_id}:role/rumline-${environment}-*"]
        },
        {
          # Nothing above allows it. Said so that no policy that is attached later does.
          Sid    = "LeaveBoundary"
          Effect = "Deny"
          Action = [
            "iam:DeleteRolePermissionsBoundary", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion",
            "iam:SetDefaultPolicyVersion",
          ]
          Resource = [local.boundary_arns[environment], "arn:${local.partition}:iam::${local.account_id}:role/rumline-*"]
        },
      ],
    ) }

    resources = { for environment in var.environments : environment => concat(
      [for service, arns in {
        s3  = ["arn:${local.partition}:s3:::rumline-${environment}-*"]
        sns = ["arn:${local.partition}:sns:${local.in_region}:rumline-${environment}-*"]
        sqs = ["arn:${local.partition}:sqs:${local.in_region}:rumline-${environment}-*"]
        lambda = [
          "arn:${local.partition}:lambda:${local.in_region}:function:rumline-${environment}-*",
        ]
        dynamodb       = ["arn:${local.partition}:dynamodb:${local.in_region}:table/rumline-${environment}-*"]
        states         = ["arn:${local.partition}:states:${local.in_region}:stateMachine:rumline-${environment}-*"]
        events         = ["arn:${local.partition}:events:${local.in_region}:rule/rumline-${environment}-*"]
        secretsmanager = ["arn:${local.partition}:secretsmanager:${local.in_region}:secret:rumline-${environment}-*"]
        ssm            = ["arn:${local.partition}:ssm:${local.in_region}:parameter/rumline/${environment}/*"]
        logs = [
          "arn:${local.partition}:logs:${local.in_region}:log-group:/aws/lambda/rumline-${environment}-*",
          "arn:${local.partition}:logs:${local.in_region}:log-group:/aws/vendedlogs/states/rumline-${environment}-*",
        ]
        cloudwatch = [
          "arn:${local.partition}:cloudwatch:${local.in_region}:alarm:rumline-${environment}*",
          "arn:${local.partition}:cloudwatch::${local.account_id}:dashboard/rumline-${environment}*",
        ]
        athena  = ["arn:${local.partition}:athena:${local.in_region}:workgroup/rumline-${environment}"]
        budgets = ["arn:${local.partition}:budgets::${local.account_id}:budget/rumline-${environment}"]
        } : {
        Sid      = "Own${title(service)}"
        Effect   = "Allow"
        Action   = ["${service}:*"]
        Resource = arns
      }],
      [
        {
          Sid    = "OwnGlue"
          Effect = "Allow"
          Action = ["glue:*"]
          Resource = [
            "arn:${local.partition}:glue:${local.in_region}:catalog",
            "arn:${local.partition}:glue:${local.in_region}:database/rumline_${environment}",
            "arn:${local.partition}:glue:${local.in_region}:table/rumline_${environment}/*",
          ]
        },
        {
          # A mapping and a key have no names of ours: the tag that every resource gets tells them apart.
          Sid       = "OwnMappingsAndKeys"
          Effect    = "Allow"
          Action    = ["lambda:*EventSourceMapping", "kms:*"]
          Resource  = ["arn:${local.partition}:lambda:${local.in_region}:event-source-mapping:*", "arn:${local.partition}:kms:${local.in_region}:key/*"]
          Condition = { StringEquals = { "aws:ResourceTag/Workspace" = environment } }
        },
        {
          Sid       = "MakeMappingsAndKeys"
          Effect    = "Allow"
          Action    = ["lambda:CreateEventSourceMapping", "kms:CreateKey", "kms:TagResource", "lambda:TagResource"]
          Resource  = ["*"]
          Condition = { StringEquals = { "aws:RequestTag/Workspace" = environment } }
        },
        {
          Sid      = "NameKey"
          Effect   = "Allow"
          Action   = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
          Resource = ["arn:${local.partition}:kms:${local.in_region}:alias/rumline-${environment}"]
        },
        {
          # None of these has resources to name: they list, describe or check, or, for log deliveries and saved queries, have no names.
          Sid    = "Look"
          Effect = "Allow"
          Action = [
            "cloudwatch:DescribeAlarms", "kms:ListAliases", "lambda:GetEventSourceMapping", "lambda:ListEventSourceMappings", "lambda:ListTags",
            "logs:DescribeLogGroups", "logs:DescribeQueryDefinitions", "logs:PutQueryDefinition", "logs:DeleteQueryDefinition",
            "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
            "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "sns:GetSubscriptionAttributes", "sns:Unsubscribe",
            "ssm:DescribeParameters", "states:ValidateStateMachineDefinition", "sts:GetCallerIdentity",
          ]
          Resource = ["*"]
        },
      ],
    ) }
  }
}
