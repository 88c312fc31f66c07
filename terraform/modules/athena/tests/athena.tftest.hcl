mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::rumline-test-queries-123456789012" }
  }
}

variables {
  name           = "rumline-test"
  lake_bucket    = "rumline-test-lake-123456789012"
  lake_prefix    = "events/"
  results_bucket = "rumline-test-queries-123456789012"
  kms_key_arn    = "arn:aws:kms:us-east-1:123456789012:key/test"
}

run "knows_the_events_and_where_they_are" {
  assert {
    condition     = aws_glue_catalog_table.events.storage_descriptor[0].location == "s3://rumline-test-lake-123456789012/events/" && aws_glue_catalog_table.events.parameters["storage.location.template"] == "s3://rumline-test-lake-123456789012/events/dt=$${dt}/hour=$${hour}/"
    error_message = "The table must be where the files are: ${jsonencode(aws_glue_catalog_table.events.parameters)}"
  }

  assert {
    condition     = aws_glue_catalog_table.events.partition_keys[*].name == tolist(["dt", "hour"])
    error_message = "The partitions must be those of the keys."
  }

  assert {
    condition     = { for column in aws_glue_catalog_table.events.storage_descriptor[0].columns : column.name => column.type if contains(["event_id", "event_ts", "extra", "lcp_ms"], column.name) } == { event_id = "string", event_ts = "timestamp", extra = "map<string,string>", lcp_ms = "double" }
    error_message = "The columns must be those of the events."
  }

  assert {
    condition     = output.database == "rumline_test" && output.workgroup == "rumline-test" && output.results_bucket == "rumline-test-queries-123456789012"
    error_message = "The outputs must name what was made."
  }
}

run "ends_a_query_that_reads_too_much_and_encrypts_what_it_returns" {
  assert {
    condition     = aws_athena_workgroup.main.configuration[0].bytes_scanned_cutoff_per_query == 107374182400 && aws_athena_workgroup.main.configuration[0].enforce_workgroup_configuration
    error_message = "A query must end at 100 GB, whatever its client says."
  }

  assert {
    condition     = aws_athena_workgroup.main.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == "arn:aws:kms:us-east-1:123456789012:key/test"
    error_message = "Results must be encrypted with the key."
  }
}

run "has_queries_to_begin_with" {
  assert {
    condition     = alltrue([for query in values(aws_athena_named_query.main) : strcontains(query.query, "WHERE dt = ") && strcontains(query.query, "FROM rum_events")]) && contains(keys(aws_athena_named_query.main), "web vitals by page and country")
    error_message = "Each saved query must name the partitions that it reads."
  }

  # A column that the table lacks would only be found by whoever runs the query.
  assert {
    condition = length(setsubtract(
      flatten([for query in values(aws_athena_named_query.main) : flatten(regexall("(?:approx_percentile\\((?:cast\\()?)([a-z_]+)", query.query))]),
      [for column in jsondecode(file("columns.json")) : column.name],
    )) == 0
    error_message = "The queries must ask for columns that there are."
  }
}

run "leaves_queries_out_when_told" {
  command = plan

  variables {
    saved_queries = false
  }

  assert {
    condition     = length(aws_athena_named_query.main) == 0
    error_message = "There must be no saved query."
  }
}

run "refuses_a_prefix_that_is_no_folder" {
  command = plan

  variables {
    lake_prefix = "events"
  }

  expect_failures = [var.lake_prefix]
}

run "refuses_a_query_that_may_read_nothing" {
  command = plan

  variables {
    scan_limit_gb = 0
  }

  expect_failures = [var.scan_limit_gb]
}

run "refuses_a_name_in_capitals" {
  command = plan

  variables {
    name = "Rumline"
  }

  expect_failures = [var.name]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    access_log_bucket = "s3://access"
    kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:alias/test"
    lake_bucket       = "Lake"
    results_bucket    = "s3://results"
  }

  expect_failures = [var.access_log_bucket, var.kms_key_arn, var.lake_bucket, var.results_bucket]
}
