# State is in S3, locked by a file beside it: no table, no other service. Which bucket and region is in backend.hcl, which
# `go tool task bootstrap` writes: `terraform init -backend-config=backend.hcl`. The bucket encrypts by itself.
terraform {
  backend "s3" {
    key                  = "terraform.tfstate"
    workspace_key_prefix = "rumline"
    use_lockfile         = true
  }
}
