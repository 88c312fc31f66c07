output "database" {
  description = "Name of the database, whose table is rum_events."
  value       = aws_glue_catalog_database.main.name
}

output "workgroup" {
  description = "Name of the workgroup to query with."
  value       = aws_athena_workgroup.main.name
}

output "results_bucket" {
  description = "Name of the bucket with what queries returned."
  value       = module.results.bucket
}
