# The raw bucket.

resource "aws_s3_bucket" "main" {
  bucket        = var.bucket
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_versioning" "main" {
  bucket = aws_s3_bucket.main.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  bucket = aws_s3_bucket.main.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "main" {
  bucket = aws_s3_bucket.main.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "main" {
  bucket = aws_s3_bucket.main.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "main" {
  bucket = aws_s3_bucket.main.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {
      prefix = var.key_prefix
    }

    expiration {
      days = var.expiry_days
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
