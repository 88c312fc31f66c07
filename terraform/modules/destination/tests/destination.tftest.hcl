mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rumline-test-lake" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/rumline-test-lake" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake:live" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake" }
  }
}

override_resource {
  target = aws_sqs_queue.main
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:rumline-test-lake" }
}

override_resource {
  target = aws_sqs_queue.dlq
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:rumline-test-lake-dlq" }
}

variables {
  destination          = "lake"
  name                 = "rumline-test-lake"
  topic_arn            = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects"
  raw_bucket_arn       = "arn:aws:s3:::rumline-test-raw-123456789012"
  raw_prefix           = "rum/"
  kms_key_arn          = "arn:aws:kms:us-east-1:123456789012:key/test"
  package              = "README.md" # any file: nothing is deployed
  memory_mb            = 1769
  timeout_seconds      = 120
  reserved_concurrency = 5
  maximum_concurrency  = 4
  log_retention_days   = 7
  batch_size           = 1000
  batch_window_seconds = 30
  max_receive_count    = 5

  environment = { RUMLINE_OUTPUT_PREFIX = "events/" }

  permissions = [{
    sid       = "WriteOutput"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::rumline-test-lake-123456789012/events/*"]
  }]
}

run "takes_messages_from_the_topic_alone" {
  assert {
    condition = jsonencode([for s in jsondecode(aws_sqs_queue.main.policy).Statement : s if s.Effect == "Allow"]) == jsonencode([{
      Sid       = "TopicSends"
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:us-east-1:123456789012:rumline-test-lake"
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:us-east-1:123456789012:rumline-test-raw-objects" } }
    }])
    error_message = "Only the topic may send to the queue: ${aws_sqs_queue.main.policy}"
  }

  assert {
    condition     = aws_sns_topic_subscription.main.raw_message_delivery
    error_message = "Messages must be S3's own, without the topic's envelope."
  }

  assert {
    condition     = [for queue in [aws_sqs_queue.main, aws_sqs_queue.dlq] : queue.kms_master_key_id] == ["arn:aws:kms:us-east-1:123456789012:key/test", "arn:aws:kms:us-east-1:123456789012:key/test"]
    error_message = "Both queues must be encrypted with the key."
  }

  assert {
    condition = [
      for queue in [aws_sqs_queue.main, aws_sqs_queue.dlq] :
      [for s in jsondecode(queue.policy).Statement : "${s.Sid} ${s.Resource}" if s.Effect == "Deny" && s.Principal == "*" && s.Action == "sqs:*" && s.Condition == { Bool = { "aws:SecureTransport" = "false" } }]
      ] == [
      ["TLSOnly arn:aws:sqs:us-east-1:123456789012:rumline-test-lake"],
      ["TLSOnly arn:aws:sqs:us-east-1:123456789012:rumline-test-lake-dlq"],
    ]
    error_message = "Nothing but TLS may reach the queues: ${aws_sqs_queue.main.policy} ${aws_sqs_queue.dlq.policy}"
  }
}

run "gives_up_into_its_own_dead_letter_queue" {
  assert {
    condition = jsondecode(aws_sqs_queue.main.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:us-east-1:123456789012:rumline-test-lake-dlq"
      maxReceiveCount     = 5
    }
    error_message = "After 5 attempts a message must move to the dead-letter queue: ${aws_sqs_queue.main.redrive_policy}"
  }

  assert {
    condition = jsondecode(aws_sqs_queue_redrive_allow_policy.dlq.redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = ["arn:aws:sqs:us-east-1:123456789012:rumline-test-lake"]
    }
    error_message = "No other queue may use the dead-letter queue: ${aws_sqs_queue_redrive_allow_policy.dlq.redrive_allow_policy}"
  }

  assert {
    condition     = aws_sqs_queue.main.message_retention_seconds == 345600 && aws_sqs_queue.dlq.message_retention_seconds == 1209600
    error_message = "Messages must be kept for 4 days, dead ones for 14."
  }
}

run "hides_messages_for_six_timeouts_and_the_window" {
  command = plan

  assert {
    condition     = aws_sqs_queue.main.visibility_timeout_seconds == 6 * 120 + 30
    error_message = "The visibility timeout is ${aws_sqs_queue.main.visibility_timeout_seconds} s instead of 750 s."
  }
}

run "hides_messages_for_as_long_as_told" {
  command = plan

  variables {
    visibility_timeout_seconds = 720
  }

  assert {
    condition     = aws_sqs_queue.main.visibility_timeout_seconds == 720
    error_message = "The visibility timeout is ${aws_sqs_queue.main.visibility_timeout_seconds} s instead of 720 s."
  }
}

run "may_do_what_it_needs_and_nothing_else" {
  assert {
    condition = { for permission in local.permissions : join(" ", permission.actions) => join(" ", permission.resources) } == {
      "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes" = "arn:aws:sqs:us-east-1:123456789012:rumline-test-lake"
      "s3:GetObject s3:GetObjectVersion"                            = "arn:aws:s3:::rumline-test-raw-123456789012/rum/*"
      "s3:ListBucket"                                               = "arn:aws:s3:::rumline-test-raw-123456789012"
    }
    error_message = "The function's rights are not the expected ones: ${jsonencode(local.permissions)}"
  }
}

run "hands_out_batches_with_partial_responses" {
  assert {
    condition     = aws_lambda_event_source_mapping.main.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "One bad message must not fail its batch."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.main.batch_size == 1000 && aws_lambda_event_source_mapping.main.maximum_batching_window_in_seconds == 30
    error_message = "Batches must be of 1000 messages or 30 s."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.main.scaling_config[0].maximum_concurrency == 4
    error_message = "The queue must use 4 executions."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.main.function_name == "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake:live"
    error_message = "The queue must hand its messages to the alias, or a rollback would not reach them."
  }
}

run "names_what_it_made" {
  assert {
    condition = {
      function = output.function_name, alias = output.alias_arn, log_group = output.log_group, dlq = output.dlq_arn
      } == {
      function  = "rumline-test-lake"
      alias     = "arn:aws:lambda:us-east-1:123456789012:function:rumline-test-lake:live"
      log_group = "/aws/lambda/rumline-test-lake"
      dlq       = "arn:aws:sqs:us-east-1:123456789012:rumline-test-lake-dlq"
    }
    error_message = "The outputs must name what was made."
  }
}
