resource "aws_s3_bucket_lifecycle_configuration" "main" {
  bucket = aws_s3_bucket.main.id

  rule {
    id     = "age"
    status = "Enabled"

    filter {
      prefix = var.key_prefix
    }

    dynamic "expiration" {
      for_each = var.expiry_days[*]

      content {
        days = expiration.value
      }
    }

    dynamic "transition" {
      for_each = var.transitions

      content {
        days          = transition.value.days
        storage_class = transition.value.storage_class
      }
    }

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_expiry_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # Expiry in a versioned bucket leaves a delete marker; this rule takes it away with the last version. S3 allows it
  # only in a rule that expires nothing by age.
  rule {
    id     = "expire-delete-markers"
    status = "Enabled"

    filter {
      prefix = var.key_prefix
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  # Rules about noncurrent versions need versioning to be there.
  depends_on = [aws_s3_bucket_versioning.main]
}
