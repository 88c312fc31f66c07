environment = "preprod"

reserved_concurrency = 10
maximum_concurrency  = 8

log_level          = "info"
log_retention_days = 14
raw_expiry_days    = 30

output_transitions = [
  { days = 30, storage_class = "STANDARD_IA" },
]
force_destroy = false
