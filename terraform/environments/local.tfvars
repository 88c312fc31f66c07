environment = "local"
emulator    = true

reserved_concurrency = 2
maximum_concurrency  = 2

log_level          = "info"
log_retention_days = 1
raw_expiry_days    = 21

alarm_period_seconds = 10

output_transitions = []
force_destroy      = true

replay  = { cooldown_seconds = 20, probe_max_delay_seconds = 15 }
breaker = { probe_first_seconds = 5, probe_max_seconds = 10, half_open_seconds = 10, settle_seconds = 50, max_open_seconds = 7200 }

# Nobody waits for half a minute, or for the fifth attempt, at a desk.
destination_overrides = {
  batch_window_seconds = 2
  timeout_seconds      = 60
  max_receive_count    = 3
}
