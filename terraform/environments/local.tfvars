environment = "local"
emulator    = true

reserved_concurrency = 2
maximum_concurrency  = 2

log_level          = "info"
log_retention_days = 1
raw_expiry_days    = 21

output_transitions = []
force_destroy      = true

# Nobody waits for half a minute, or for the fifth attempt, at a desk.
destination_overrides = {
  batch_window_seconds = 2
  timeout_seconds      = 60
  max_receive_count    = 3
}
