# The bucket used to be of this module's own making.

moved {
  from = aws_s3_bucket.main
  to   = module.bucket.aws_s3_bucket.main
}

moved {
  from = aws_s3_bucket_versioning.main
  to   = module.bucket.aws_s3_bucket_versioning.main
}

moved {
  from = aws_s3_bucket_server_side_encryption_configuration.main
  to   = module.bucket.aws_s3_bucket_server_side_encryption_configuration.main
}

moved {
  from = aws_s3_bucket_public_access_block.main
  to   = module.bucket.aws_s3_bucket_public_access_block.main
}

moved {
  from = aws_s3_bucket_ownership_controls.main
  to   = module.bucket.aws_s3_bucket_ownership_controls.main
}

moved {
  from = aws_s3_bucket_lifecycle_configuration.main
  to   = module.bucket.aws_s3_bucket_lifecycle_configuration.main
}
