# State is in S3, locked by a file beside it: no table, no other service. Which bucket, region and key is in backend.hcl, which
# `go tool task bootstrap` writes: `terraform init -backend-config=backend.hcl`.
terraform {
  backend "s3" {
    key                  = "terraform.tfstate"
    workspace_key_prefix = "rumline"
    encrypt              = true
    use_lockfile         = true
  }
}
