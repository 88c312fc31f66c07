# The lake as a table of Athena's. Partitions are projected from the layout of the keys, so that there is no catalogue to keep
# up to date: what functions/parquet/athena.sql says, and a test of that folder holds both together.

locals {
  location = "s3://${var.lake_bucket}/${var.lake_prefix}"

  # Made of shared/rum's fields by `go test ./functions/parquet/lakefile -update`.
  columns = jsondecode(file("${path.module}/columns.json"))
}

resource "aws_glue_catalog_database" "main" {
  name        = replace(var.name, "-", "_")
  description = "RUM events of ${var.name}"
}

resource "aws_glue_catalog_table" "events" {
  name          = "rum_events"
  database_name = aws_glue_catalog_database.main.name
  description   = "RUM events, a folder per day and hour of event_ts"
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    "EXTERNAL"                  = "TRUE"
    "classification"            = "parquet"
    "projection.enabled"        = "true"
    "projection.dt.type"        = "date"
    "projection.dt.format"      = "yyyy-MM-dd"
    "projection.dt.range"       = "2026-01-01,NOW+1DAYS"
    "projection.hour.type"      = "integer"
    "projection.hour.range"     = "0,23"
    "projection.hour.digits"    = "2"
    "storage.location.template" = "${local.location}dt=$${dt}/hour=$${hour}/"
  }

  partition_keys {
    name = "dt"
    type = "string"
  }

  partition_keys {
    name = "hour"
    type = "string"
  }

  storage_descriptor {
    location      = local.location
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = local.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}

module "results" {
  source = "../bucket"

  bucket                 = var.results_bucket
  kms_key_arn            = var.kms_key_arn
  access_log_bucket      = var.access_log_bucket
  expiry_days            = 7
  noncurrent_expiry_days = 1
  force_destroy          = true # results can be had again
}

resource "aws_athena_workgroup" "main" {
  name          = var.name
  description   = "Queries of the lake of ${var.name}"
  force_destroy = true

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.scan_limit_gb * 1024 * 1024 * 1024

    result_configuration {
      output_location = "s3://${module.results.bucket}/"

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

resource "aws_athena_named_query" "main" {
  for_each = var.saved_queries ? local.queries : {}

  name        = each.key
  description = each.value.description
  workgroup   = aws_athena_workgroup.main.id
  database    = aws_glue_catalog_database.main.name
  query       = each.value.query
}
