# What people see of the pipeline: alarms.tf says when something is wrong, and kinds.tf what that is for a destination;
# topic.tf who is told; dashboard.tf shows it; runbook/ says what to do.

data "aws_partition" "current" {}

locals {
  workspace = trimprefix(var.prefix, "rumline-")
  partition = data.aws_partition.current.partition

  # What a message that failed needs to come back at the latest: it is hidden for the visibility timeout, waits for a
  # batch, and is tried. Whatever is wrong with it shows once in this time and not in every period, so alarms on it look
  # back as far: otherwise each attempt would raise an alarm and a resolved message after it.
  retry_seconds = {
    for name, d in var.destinations : name => d.timeout_seconds + d.batch_window_seconds + coalesce(
      d.visibility_timeout_seconds, 6 * d.timeout_seconds + d.batch_window_seconds
    )
  }
  retry_periods = { for name, seconds in local.retry_seconds : name => ceil(seconds / var.alarm_period_seconds) + 1 }

  # When the oldest message is too old, whichever comes first.
  message_age_seconds = {
    for name, d in var.destinations : name => min(
      var.thresholds.message_age_seconds,
      d.queue_retention_days * 86400 * var.thresholds.message_age_retention_percent / 100,
    )
  }
}
