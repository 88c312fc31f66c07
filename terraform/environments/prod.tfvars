environment = "prod"

reserved_concurrency = 20
maximum_concurrency  = 16

log_level          = "info"
log_retention_days = 90
raw_expiry_days    = 90

output_transitions = [
  { days = 30, storage_class = "STANDARD_IA" },
  { days = 180, storage_class = "GLACIER_IR" },
]
force_destroy = false
