# A row of the dashboard for each destination: a line that names it, and six graphs in two lines.
locals {
  destination_widgets = [
    for i, name in local.names : concat(
      [{
        type = "text"
        at   = [0, local.tops.destinations + i * local.heights.row]
        size = [24, 1]
        properties = {
          markdown = "## ${name} · `go tool task status ENV=${local.workspace} DEST=${name}` · [log](${local.console}/cloudwatch/home?region=${var.region}#logsV2:log-groups/log-group/${replace(var.destinations[name].log_group, "/", "$252F")})"
        }
      }],
      [
        for n, graph in local.destination_graphs[name] : {
          type       = "metric"
          at         = [n % local.columns * local.width, local.tops.destinations + i * local.heights.row + 1 + floor(n / local.columns) * 6]
          size       = [local.width, 6]
          properties = merge(local.dashboard_defaults, { view = "timeSeries" }, graph)
        }
      ],
    )
  ]

  destination_graphs = {
    for name, d in var.destinations : name => [
      {
        title = "${name}: backlog and age"
        stat  = "Maximum"
        metrics = [
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", d.queue_name, { label = "waiting" }],
          ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", d.queue_name, { label = "taken" }],
          ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", d.queue_name, { label = "oldest, s", yAxis = "right" }],
        ]
        yAxis       = { left = { min = 0, label = "messages", showUnits = false }, right = { min = 0, label = "seconds", showUnits = false } }
        annotations = { horizontal = [{ label = "too old", value = local.message_age_seconds[name], yAxis = "right" }] }
      },
      {
        title = "${name}: throughput"
        stat  = "Sum"
        metrics = [
          ["Rumline", "EventsWritten", "Destination", name, "Environment", var.environment, { id = "written", visible = false }],
          [{ expression = "written / PERIOD(written)", label = "events/s" }],
          ["Rumline", "ObjectsDelivered", "Destination", name, "Environment", var.environment, { id = "delivered", visible = false }],
          [{ expression = "delivered / PERIOD(delivered)", label = "objects/s", yAxis = "right" }],
        ]
        yAxis = { left = { min = 0, label = "events/s", showUnits = false }, right = { min = 0, label = "objects/s", showUnits = false } }
      },
      {
        title   = "${name}: failures by code"
        stat    = "Sum"
        stacked = true
        metrics = [
          [{ expression = "SEARCH('{Rumline,Code,Destination,Environment} MetricName=\"Failures\" Destination=\"${name}\" Environment=\"${var.environment}\"', 'Sum', 60)", label = "$${PROP('Dim.Code')}" }],
        ]
        yAxis = { left = { min = 0, showUnits = false } }
      },
      {
        title = "${name}: duration"
        metrics = [
          ["AWS/Lambda", "Duration", "FunctionName", d.function_name, { stat = "p50", label = "p50" }],
          ["AWS/Lambda", "Duration", "FunctionName", d.function_name, { stat = "p99", label = "p99" }],
        ]
        yAxis       = { left = { min = 0, label = "ms", showUnits = false } }
        annotations = { horizontal = [{ label = "timeout", value = d.timeout_seconds * 1000 }] }
      },
      {
        title = "${name}: breaker, errors, throttles"
        metrics = [
          ["Rumline", "BreakerOpen", "Destination", name, "Environment", var.environment, { stat = "Maximum", label = "breaker open" }],
          ["AWS/Lambda", "Errors", "FunctionName", d.function_name, { stat = "Sum", label = "function errors" }],
          ["AWS/Lambda", "Throttles", "FunctionName", d.function_name, { stat = "Sum", label = "throttles" }],
        ]
        yAxis = { left = { min = 0, showUnits = false } }
      },
      {
        title = "${name}: dead letters"
        stat  = "Maximum"
        metrics = [
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", d.dlq_name, { label = "dead-lettered" }],
          ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", d.dlq_name, { label = "in a replay's hands" }],
          ["Rumline", "RecordsQuarantined", "Destination", name, "Environment", var.environment, { stat = "Sum", label = "records quarantined", yAxis = "right" }],
        ]
        yAxis = { left = { min = 0, label = "messages", showUnits = false }, right = { min = 0, label = "records", showUnits = false } }
      },
    ]
  }
}
