# The raw bucket. What announces its objects is in topic.tf.

module "bucket" {
  source = "../bucket"

  bucket                 = var.bucket
  kms_key_arn            = var.kms_key_arn
  access_log_bucket      = var.access_log_bucket
  key_prefix             = var.key_prefix
  expiry_days            = var.expiry_days
  noncurrent_expiry_days = var.noncurrent_expiry_days
  force_destroy          = var.force_destroy
}
