# Where metrics come from: an alarm names a source, a metric of it and a statistic.
locals {
  destination_sources = {
    for name, d in var.destinations : name => merge(
      {
        pipeline = { namespace = "Rumline", dimensions = { Destination = name, Environment = var.environment } }
        function = { namespace = "AWS/Lambda", dimensions = { FunctionName = d.function_name } }
        queue    = { namespace = "AWS/SQS", dimensions = { QueueName = d.queue_name } }
        dlq      = { namespace = "AWS/SQS", dimensions = { QueueName = d.dlq_name } }
      },
      {
        for code in var.failure_codes : code => {
          namespace  = "Rumline"
          dimensions = { Destination = name, Environment = var.environment, Code = code }
        }
      },
    )
  }

  global_sources = merge(
    {
      replay  = { namespace = "AWS/States", dimensions = { StateMachineArn = var.replay_state_machine_arn } }
      breaker = { namespace = "AWS/States", dimensions = { StateMachineArn = var.breaker_state_machine_arn } }
      notify  = { namespace = "AWS/Lambda", dimensions = { FunctionName = local.notify_name } }
    },
    { for name, sources in local.destination_sources : "pipeline-${name}" => sources.pipeline },
  )
}
