# Where to and as whom is the usual AWS environment: AWS_PROFILE or AWS_ACCESS_KEY_ID, and AWS_ENDPOINT_URL when an
# emulator plays AWS.
provider "aws" {
  region = var.region

  # An emulator answers a call that it does not know with an error that looks transient: by default the provider would
  # retry it 25 times, for most of an hour. It also has neither bucket host names nor instance metadata.
  max_retries             = local.tier.emulator ? 2 : null
  s3_use_path_style       = local.tier.emulator
  skip_metadata_api_check = local.tier.emulator

  default_tags {
    tags = {
      Project     = "rumline"
      Environment = local.tier_name # on the bill dev-* are dev
      Workspace   = local.workspace
      ManagedBy   = "terraform"
    }
  }
}
