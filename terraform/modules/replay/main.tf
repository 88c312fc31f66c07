# The replay of dead-letter queues: a state machine, the function with its steps, and a rule per destination that starts it
# when the dead-letter queue's alarm goes off.

locals {
  topic = provider::aws::arn_parse(var.alarm_topic_arn)

  # Put together rather than asked of the state machine: the function that it invokes may start it.
  state_machine_arn = provider::aws::arn_build(local.topic.partition, "states", local.topic.region, local.topic.account_id, "stateMachine:${var.name}")
  executions_arn    = provider::aws::arn_build(local.topic.partition, "states", local.topic.region, local.topic.account_id, "execution:${var.name}:*")
  parameters_arn    = provider::aws::arn_build(local.topic.partition, "ssm", local.topic.region, local.topic.account_id, "parameter/rumline/${var.workspace}")

  function_environment = {
    RUMLINE_WORKSPACE               = var.workspace
    RUMLINE_LOG_LEVEL               = var.log_level
    RUMLINE_REPLAY_COOLDOWN_SECONDS = tostring(var.cooldown_seconds)
    RUMLINE_REPLAY_ATTEMPTS         = tostring(var.attempts)
  }

  # The longest that Lambda allows: a batch takes as long as the destination's function, and something around it.
  function_timeout_seconds = 900
}

resource "aws_sfn_state_machine" "main" {
  name     = var.name
  role_arn = aws_iam_role.state_machine.arn

  definition = templatefile("${path.module}/replay.asl.json", {
    partition            = local.topic.partition
    function_arn         = module.function.alias_arn
    step_timeout_seconds = local.function_timeout_seconds + 10
    probe_retry          = var.probe_retry
    throttled_retry      = var.throttled_retry
    failed_retry         = var.failed_retry
    step_retry           = var.step_retry
  })

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.state_machine.arn}:*"
    level                  = "ERROR"
    include_execution_data = true
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.state_machine]
}

resource "aws_cloudwatch_log_group" "state_machine" {
  # Names that begin so keep the account's policy for log deliveries short.
  # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

module "function" {
  source = "../function"

  name                     = var.name
  description              = "Steps of the replay of dead-letter queues"
  package                  = var.package
  artifacts_bucket         = var.artifacts_bucket
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  live_version             = var.live_version
  architecture             = var.architecture
  memory_mb                = var.memory_mb
  timeout_seconds          = local.function_timeout_seconds
  log_retention_days       = var.log_retention_days
  permissions              = local.function_permissions
  environment              = local.function_environment
}
