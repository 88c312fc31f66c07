output "backend" {
  description = "What backend.hcl says of the state."
  value       = <<-EOT
    bucket = "${module.state.bucket}"
    region = "${var.region}"
  EOT
}

output "artifacts_bucket" {
  description = "Bucket that the functions' zips go to."
  value       = module.artifacts.bucket
}

output "deploy_roles" {
  description = "Per environment: ARN of the role that GitHub's job takes."
  value       = { for environment, role in aws_iam_role.deploy : environment => role.arn }
}

output "permissions_boundary" {
  description = "ARN of the policy that no role of an environment may exceed, with ENV in place of the environment."
  value       = "arn:${local.partition}:iam::${local.account_id}:policy/rumline-ENV-boundary"
}
