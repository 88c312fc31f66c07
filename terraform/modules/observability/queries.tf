# Saved queries of the functions' logs, in CloudWatch Logs Insights under the environment's name.

locals {
  queries = {
    "failed messages by code" = <<-EOT
      filter msg = "message not delivered"
      | stats count(*) as attempts, count_distinct(message_id) as messages, min(@timestamp) as first, max(@timestamp) as last, latest(error) as error by destination, code
      | sort attempts desc
    EOT

    # Only failures name an object; a delivered one is in the ledger and in its batch.
    "one object's story" = <<-EOT
      # Put the object's key, or a batch or request ID, for KEY.
      fields @timestamp, destination, msg, code, batch_id, message_id, receive_count, request_id, error
      | filter @message like "KEY"
      | sort @timestamp asc
    EOT

    "slowest batches" = <<-EOT
      filter msg in ["batch delivered", "batch not delivered"]
      | fields @timestamp, destination, ms, objects, events, rejected, chunks, adopted, batch_id, request_id
      | sort ms desc
      | limit 50
    EOT

    "quarantined by reason" = <<-EOT
      filter msg = "batch delivered" and rejected > 0
      | stats ${join(", ", [for reason in local.quarantine_reasons : "sum(rejected_by_reason.${reason}) as ${reason}"])} by destination
    EOT
  }

  # Those of shared/rum/rejected.go: a query has to name the columns that it adds up.
  quarantine_reasons = [
    "syntax", "not_object", "invalid_utf8", "line_too_long", "missing_field", "type_mismatch", "not_finite", "negative",
    "out_of_range", "string_too_long", "unknown_event_type", "unsupported_version", "bad_uuid", "bad_timestamp",
    "event_in_future", "event_too_old", "unclean_url", "unclosed_array", "not_rum", "truncated", "corrupt", "too_large",
    "decompression_bomb",
  ]
}

resource "aws_cloudwatch_query_definition" "main" {
  for_each = var.emulator ? {} : local.queries

  name            = "${var.prefix}/${each.key}"
  log_group_names = sort(values(var.destinations)[*].log_group)
  query_string    = each.value
}
