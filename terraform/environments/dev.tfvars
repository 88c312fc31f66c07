environment = "dev"

reserved_concurrency = 5
maximum_concurrency  = 4

log_level          = "debug"
log_retention_days = 7
raw_expiry_days    = 21

output_transitions = []
force_destroy      = true
