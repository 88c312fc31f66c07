# The announcement of each raw object.

# Not under the AWS managed key, which S3 cannot use.
resource "aws_sns_topic" "main" {
  name              = var.topic
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "main" {
  arn = aws_sns_topic.main.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RawBucketPublishes"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.main.arn
        Condition = {
          ArnEquals    = { "aws:SourceArn" = module.bucket.bucket_arn }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
      {
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.main.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_s3_bucket_notification" "main" {
  bucket = module.bucket.bucket

  topic {
    id            = "raw-objects"
    topic_arn     = aws_sns_topic.main.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = var.key_prefix
  }

  # S3 tries the topic out when the notification is set.
  depends_on = [aws_sns_topic_policy.main]
}
