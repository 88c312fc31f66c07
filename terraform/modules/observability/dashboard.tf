# One page. First whether anything is lost, for each destination; then a row for each; then what they share. A row is
# made of the destinations map, and its place of the number of those before it.

locals {
  # The grid of a dashboard is 24 wide.
  columns = 3
  width   = 8

  heights = { title = 4, lost = 7, row = 13 }
  tops = {
    lost         = local.heights.title
    destinations = local.heights.title + local.heights.lost * ceil(length(var.destinations) / local.columns)
    global       = local.heights.title + local.heights.lost * ceil(length(var.destinations) / local.columns) + local.heights.row * length(var.destinations)
  }

  names = sort(keys(var.destinations))

  # CloudWatch has the metrics by the minute, whatever an alarm's period.
  dashboard_defaults = { region = var.region, period = 60 }

  console = "https://${var.region}.console.aws.amazon.com"
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = var.prefix

  dashboard_body = jsonencode({
    start          = "-PT3H"
    periodOverride = "inherit"
    widgets = [
      for widget in concat(local.title_widgets, local.lost_widgets, flatten(local.destination_widgets), local.global_widgets) : {
        type       = widget.type
        x          = widget.at[0]
        y          = widget.at[1]
        width      = widget.size[0]
        height     = widget.size[1]
        properties = widget.properties
      }
    ]
  })
}

locals {
  title_widgets = [{
    type = "text"
    at   = [0, 0]
    size = [24, local.heights.title]
    properties = {
      markdown = join("\n", [
        "# Rumline ${local.workspace}: is anything lost?",
        "Of what a destination received, everything is **written**, in **quarantine**, **in flight** or **dead-lettered**. What is in none of them is lost: 0, or the alarm `imbalance` says so.",
        "",
        "[Runbook](${var.runbook_url}/README.md) · `go tool task status ENV=${local.workspace}` · `go tool task dlq ENV=${local.workspace}` · `go tool task replay ENV=${local.workspace} DEST=…`: replaying is safe, any number of times",
      ])
    }
  }]
}
