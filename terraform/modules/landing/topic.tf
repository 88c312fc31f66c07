# The announcement of each raw object.

# Not encrypted with KMS: S3 cannot publish to a topic under the AWS managed key, and a message holds no more than a
# bucket and a key.
resource "aws_sns_topic" "main" {
  name = var.topic
}

resource "aws_sns_topic_policy" "main" {
  arn = aws_sns_topic.main.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RawBucketPublishes"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.main.arn
      Condition = {
        ArnEquals    = { "aws:SourceArn" = aws_s3_bucket.main.arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

resource "aws_s3_bucket_notification" "main" {
  bucket = aws_s3_bucket.main.id

  topic {
    id            = "raw-objects"
    topic_arn     = aws_sns_topic.main.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = var.key_prefix
  }

  # S3 tries the topic out when the notification is set.
  depends_on = [aws_sns_topic_policy.main]
}
