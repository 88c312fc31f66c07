# The last row of the dashboard: what the destinations share.
locals {
  global_widgets = concat(
    [
      {
        type = "text"
        at   = [0, local.tops.global]
        size = [24, 1]
        properties = {
          markdown = "## What all share · [raw bucket](${local.console}/s3/buckets/${var.raw_bucket}) · [replays](${local.console}/states/home?region=${var.region}#/statemachines/view/${var.replay_state_machine_arn}) · [breakers](${local.console}/states/home?region=${var.region}#/statemachines/view/${var.breaker_state_machine_arn})"
        }
      },
      {
        type = "alarm"
        at   = [0, local.tops.global + 1]
        size = [24, 6]
        properties = {
          title  = "Alarms"
          sortBy = "stateUpdatedTimestamp"
          alarms = [
            for key in sort(keys(local.alarms)) : "arn:${local.partition}:cloudwatch:${var.region}:${var.account_id}:alarm:${var.prefix}-${key}"
          ]
        }
      },
    ],
    [
      for n, graph in local.global_graphs : {
        type       = "metric"
        at         = [n * 6, local.tops.global + 7]
        size       = [6, 6]
        properties = merge(local.dashboard_defaults, { view = "timeSeries", stat = "Sum", yAxis = { left = { min = 0, showUnits = false } } }, graph)
      }
    ],
  )

  global_graphs = [
    {
      title   = "raw objects announced"
      metrics = [["AWS/SNS", "NumberOfMessagesPublished", "TopicName", var.topic, { label = "announced" }]]
    },
    {
      title = "replay: what became of dead letters"
      metrics = flatten([
        for name in local.names : [
          for metric in ["ReplayDelivered", "ReplayParked", "ReplayLeft", "ReplayGaveUp"] :
          { row = ["Rumline", metric, "Destination", name, "Environment", var.environment, { label = "${name} ${lower(trimprefix(metric, "Replay"))}" }] }
        ]
      ])[*].row
    },
    {
      title = "state machines"
      metrics = [
        ["AWS/States", "ExecutionsStarted", "StateMachineArn", var.replay_state_machine_arn, { label = "replays started" }],
        ["AWS/States", "ExecutionsFailed", "StateMachineArn", var.replay_state_machine_arn, { label = "replays failed" }],
        ["AWS/States", "ExecutionsStarted", "StateMachineArn", var.breaker_state_machine_arn, { label = "breakers started" }],
        ["AWS/States", "ExecutionsFailed", "StateMachineArn", var.breaker_state_machine_arn, { label = "breakers failed" }],
      ]
    },
    {
      title = "ledger throttles, Slack errors"
      metrics = [
        ["AWS/DynamoDB", "ReadThrottleEvents", "TableName", var.ledger_table, { label = "ledger reads throttled" }],
        ["AWS/DynamoDB", "WriteThrottleEvents", "TableName", var.ledger_table, { label = "ledger writes throttled" }],
        ["AWS/Lambda", "Errors", "FunctionName", local.notify_name, { label = "Slack not told" }],
      ]
    },
  ]
}
