# Reads the var-files, so that the tests run with the very settings that are deployed.
locals {
  environments = {
    for environment in var.environments : environment => provider::terraform::decode_tfvars(file("${path.module}/../../environments/${environment}.tfvars"))
  }
}
