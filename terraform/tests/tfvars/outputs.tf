output "environments" {
  description = "Per environment: what its var-file says."
  value       = local.environments
}
