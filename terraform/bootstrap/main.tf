# What has to be there before the first environment: a place for the state and for the functions' zips, and roles for those who
# deploy. Applied once an account, by somebody who administers it; its own state goes into the bucket that it makes.

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project   = "rumline"
      ManagedBy = "terraform/bootstrap"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition

  state_bucket     = "rumline-state-${local.account_id}"
  artifacts_bucket = "rumline-artifacts-${local.account_id}"
  access_bucket    = "rumline-bootstrap-access-${local.account_id}"
}

resource "aws_kms_key" "state" {
  description             = "Terraform's state and the artifacts of Rumline"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  # IAM decides: the roles below say for themselves that they may use the key.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AccountDecides"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "state" {
  name          = "alias/rumline-state"
  target_key_id = aws_kms_key.state.key_id
}

module "access_logs" {
  source = "../modules/bucket"

  bucket      = local.access_bucket
  expiry_days = 365

  statements = [{
    Sid       = "BucketsLog"
    Effect    = "Allow"
    Principal = { Service = "logging.s3.amazonaws.com" }
    Action    = "s3:PutObject"
    Resource  = "arn:${local.partition}:s3:::${local.access_bucket}/*"
    Condition = {
      ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:s3:::rumline-*" }
      StringEquals = { "aws:SourceAccount" = local.account_id }
    }
  }]
}

# A state that was overwritten by mistake is there for a year.
module "state" {
  source = "../modules/bucket"

  bucket                 = local.state_bucket
  kms_key_arn            = aws_kms_key.state.arn
  access_log_bucket      = module.access_logs.bucket
  noncurrent_expiry_days = 365
}

module "artifacts" {
  source = "../modules/bucket"

  bucket            = local.artifacts_bucket
  kms_key_arn       = aws_kms_key.state.arn
  access_log_bucket = module.access_logs.bucket

  # A key is the hash of its content: what is there is never written again.
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
  statements = [{
    Sid       = "WriteOnce"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:PutObject"
    Resource  = "arn:${local.partition}:s3:::${local.artifacts_bucket}/functions/*"
    Condition = { Null = { "s3:if-none-match" = "true" } }
  }]
}
