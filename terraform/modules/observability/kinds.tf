# The alarms of a destination. Each has a page of the same name in runbook/.
#
# An alarm begins when `datapoints` of the last `periods` pass the threshold. A period without data passes none: a function
# without work says nothing, and the division of nothing by nothing has no value. What is alone in its expression needs no
# FILL, which would make zeros of minutes that CloudWatch has not collected yet.
#
# `tells` are the changes that people are told: an alarm, and that it is over (ok). What happened once and is not undone
# by not happening again has no ok.
locals {
  destination_kinds = {
    for name, d in var.destinations : name => merge(
      {
        # A replay hides the messages that it works on, so both are counted. It is told at once: a message that arrives
        # here has failed for as long as all of its attempts took.
        dlq-depth = {
          summary    = "${name} has dead letters: messages that failed ${d.max_receive_count} times over. A replay starts by itself, and nothing is lost meanwhile."
          run        = "go tool task dlq ENV=${local.workspace} DEST=${name}"
          metrics    = { visible = ["dlq", "ApproximateNumberOfMessagesVisible", "Maximum"], hidden = ["dlq", "ApproximateNumberOfMessagesNotVisible", "Maximum"] }
          expression = "visible + hidden"
          comparison = "GreaterThanThreshold"
          threshold  = 0
          datapoints = 1
          periods    = 1
          tells      = ["alarm", "ok"]
        }

        # An outage that the breaker sits out for some minutes is not told here as well: the threshold is far above.
        message-age = {
          summary    = "${name} is late: its oldest message waits for more than ${floor(local.message_age_seconds[name] / 60)} minutes, of the ${d.queue_retention_days} days that the queue keeps it."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { age = ["queue", "ApproximateAgeOfOldestMessage", "Maximum"] }
          expression = null
          comparison = "GreaterThanThreshold"
          threshold  = local.message_age_seconds[name]
          datapoints = 3
          periods    = 3
          tells      = ["alarm", "ok"]
        }

        error-rate = {
          summary    = "${name} fails on more than ${var.thresholds.error_rate_percent} % of its objects. Their messages come again."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { failed = ["pipeline", "ObjectsFailed", "Sum"], delivered = ["pipeline", "ObjectsDelivered", "Sum"], duplicate = ["pipeline", "ObjectsDuplicate", "Sum"] }
          expression = "100 * failed / (failed + delivered + duplicate)"
          comparison = "GreaterThanThreshold"
          threshold  = var.thresholds.error_rate_percent
          datapoints = 3
          periods    = 5
          tells      = ["alarm", "ok"]
        }

        # The function ends in an error when it is killed or crashes, which its messages survive. Once is no alarm; the
        # same messages taking it down again is. While the breaker is open its probes fail, as they should.
        function-errors = {
          summary    = "${name}'s function crashes, runs out of memory or time again and again. The messages that it had come again."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { errors = ["function", "Errors", "Sum"], open = ["pipeline", "BreakerOpen", "Maximum"] }
          expression = "IF(FILL(open, 0) > 0, 0, errors)"
          comparison = "GreaterThanThreshold"
          threshold  = 0
          datapoints = 2
          periods    = local.retry_periods[name]
          tells      = ["alarm", "ok"]
        }

        # A replay or somebody's invocation may be throttled for a moment and tries again.
        throttles = {
          summary    = "${name}'s function is throttled at its ${d.reserved_concurrency} executions. Messages use up attempts that nobody makes."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { throttles = ["function", "Throttles", "Sum"] }
          expression = null
          comparison = "GreaterThanThreshold"
          threshold  = 0
          datapoints = 5
          periods    = 5
          tells      = ["alarm", "ok"]
        }

        imbalance = {
          summary    = "${name} lost something or counted it twice: what an invocation received is not what it delivered, quarantined and returned."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { imbalance = ["pipeline", "Imbalance", "Maximum"] }
          expression = null
          comparison = "GreaterThanThreshold"
          threshold  = 0
          datapoints = 1
          periods    = 15
          tells      = ["alarm"]
        }

        duration = {
          summary    = "${name}'s function takes more than ${var.thresholds.duration_percent} % of its ${d.timeout_seconds} seconds. Batches that do not fit are handed back, and get late."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { duration = ["function", "Duration", "Maximum"] }
          expression = null
          comparison = "GreaterThanOrEqualToThreshold"
          threshold  = d.timeout_seconds * 1000 * var.thresholds.duration_percent / 100
          datapoints = 3
          periods    = 5
          tells      = ["alarm", "ok"]
        }

        quarantine-rate = {
          summary    = "More than ${var.thresholds.quarantine_rate_percent} % of the records that ${name} reads are no events and go to quarantine. The others are delivered."
          run        = "go tool task quarantine -- list -workspace ${local.workspace} -destination ${name} -since 1h"
          metrics    = { quarantined = ["pipeline", "RecordsQuarantined", "Sum"], read = ["pipeline", "RecordsRead", "Sum"] }
          expression = "100 * quarantined / read"
          comparison = "GreaterThanThreshold"
          threshold  = var.thresholds.quarantine_rate_percent
          datapoints = 3
          periods    = 5
          tells      = ["alarm", "ok"]
        }

        breaker-open = {
          summary    = "${name} is down, and its circuit breaker is open: messages wait in the queue, and delivery resumes by itself once a probe succeeds."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { open = ["pipeline", "BreakerOpen", "Maximum"] }
          expression = null
          comparison = "GreaterThanOrEqualToThreshold"
          threshold  = 1
          datapoints = 1
          periods    = 3
          tells      = ["alarm", "ok"]
        }

        # It starts the circuit breaker, through EventBridge, and nobody is told twice: breaker-open says it. One period
        # is enough, because each that passes uses up attempts; no data ends it, so that it can begin again.
        destination-down = {
          summary    = "${name}, or something that all of its objects need, fails for more than ${var.thresholds.destination_down_percent} % of them. The circuit breaker opens."
          run        = "go tool task status ENV=${local.workspace} DEST=${name}"
          metrics    = { systemic = ["pipeline", "SystemicFailures", "Sum"], delivered = ["pipeline", "ObjectsDelivered", "Sum"], duplicate = ["pipeline", "ObjectsDuplicate", "Sum"] }
          expression = "100 * systemic / (systemic + delivered + duplicate)"
          comparison = "GreaterThanThreshold"
          threshold  = var.thresholds.destination_down_percent
          datapoints = 1
          periods    = 1
          tells      = []
        }
      },
      {
        for code in var.failure_codes : "failure-${replace(code, "_", "-")}" => {
          summary    = "${name} fails with ${code}, which trying again does not mend: a person has to look."
          run        = "go tool task dlq:show ENV=${local.workspace} DEST=${name} CODE=${code}"
          metrics    = { failures = [code, "Failures", "Sum"] }
          expression = null
          comparison = "GreaterThanThreshold"
          threshold  = 0
          datapoints = 1
          periods    = local.retry_periods[name]
          tells      = ["alarm", "ok"]
        }
      },
    )
  }
}
