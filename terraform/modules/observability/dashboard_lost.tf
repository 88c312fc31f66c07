# The first row of the dashboard: the sums over the time that it shows, and what is waiting now.
locals {
  lost_widgets = flatten([
    for i, name in local.names : [
      {
        type = "metric"
        at   = [i % local.columns * local.width, local.tops.lost + floor(i / local.columns) * local.heights.lost]
        size = [local.width, 4]
        properties = merge(local.dashboard_defaults, {
          title                = "${name}: received = written + quarantined"
          view                 = "singleValue"
          stat                 = "Sum"
          setPeriodToTimeRange = true
          metrics = [
            ["Rumline", "RecordsRead", "Destination", name, "Environment", var.environment, { id = "received", label = "records received" }],
            ["Rumline", "EventsWritten", "Destination", name, "Environment", var.environment, { id = "written", label = "written" }],
            ["Rumline", "RecordsQuarantined", "Destination", name, "Environment", var.environment, { id = "quarantined", label = "quarantined" }],
            [{ id = "lost", expression = "received - written - quarantined", label = "LOST", color = "#d62728" }],
            ["Rumline", "Imbalance", "Destination", name, "Environment", var.environment, { id = "imbalance", label = "imbalance", color = "#d62728" }],
          ]
        })
      },
      {
        type = "metric"
        at   = [i % local.columns * local.width, local.tops.lost + floor(i / local.columns) * local.heights.lost + 4]
        size = [local.width, 3]
        properties = merge(local.dashboard_defaults, {
          title = "${name}: messages now"
          view  = "singleValue"
          stat  = "Maximum"
          metrics = [
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.destinations[name].queue_name, { id = "waiting", visible = false }],
            ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", var.destinations[name].queue_name, { id = "taken", visible = false }],
            [{ id = "flight", expression = "waiting + taken", label = "in flight" }],
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.destinations[name].dlq_name, { id = "dead", visible = false }],
            ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", var.destinations[name].dlq_name, { id = "replayed", visible = false }],
            [{ id = "deadlettered", expression = "dead + replayed", label = "dead-lettered", color = "#d62728" }],
          ]
        })
      },
    ]
  ])
}
