# What the environments differ in. The workspace chooses: dev, preprod and prod are themselves, dev-* are further ones of `dev`, and
# local and local-* are `local`, which an emulator plays.

# The tiers are read as one: the variable, what replaces parts of it, and the choice.
# tflint-ignore: terraform_standard_module_structure
variable "tiers" {
  description = "The environments by name. What is not said here is the same in all of them."
  type = map(object({
    # Concurrent executions that each function is sure of and held to, and those of them that its queue may use. What is left
    # over serves probes, replays and invocations by hand.
    reserved_concurrency = number
    maximum_concurrency  = number

    log_level          = optional(string, "info")
    log_retention_days = number

    # A raw object must outlive every message that points at it, in the queue and then in the dead-letter queue.
    raw_expiry_days = number

    # Cheaper storage classes for the output buckets, each with the age in days from which an object moves there.
    output_transitions = optional(list(object({ days = number, storage_class = string })), [])

    # Whether `terraform destroy` may take data along: empties buckets, deletes the ledger, drops secrets and key at once.
    force_destroy = optional(bool, false)

    # What the forecast of costs reckons with.
    events_per_month  = optional(number, 10000000)
    events_per_object = optional(number, 1000)

    # Whether AWS_ENDPOINT_URL leads to an emulator instead of AWS, and how much more of a hurry its user is in: the seconds that
    # one datapoint of an alarm is made of, how patient replay and breaker are, and settings that replace those of every
    # destination.
    emulator             = optional(bool, false)
    alarm_period_seconds = optional(number, 60)
    replay = optional(object({
      # The least seconds between two automatic replays of a destination, and the most between two probes of one that is not well.
      cooldown_seconds        = optional(number, 900)
      probe_max_delay_seconds = optional(number, 300)
    }), {})
    breaker = optional(object({
      # The seconds to the first probe and the most between two; how long messages flow at a concurrency of 2 before the probe
      # that closes it; when it looks whether its alarm has ended; after which time it gives up.
      probe_first_seconds = optional(number, 10)
      probe_max_seconds   = optional(number, 40)
      half_open_seconds   = optional(number, 40)
      settle_seconds      = optional(number, 240)
      max_open_seconds    = optional(number, 36000)
    }), {})
    destination_overrides = optional(object({
      batch_size           = optional(number)
      batch_window_seconds = optional(number)
      timeout_seconds      = optional(number)
      max_receive_count    = optional(number)
    }), {})
  }))
  nullable = false

  default = {
    dev = {
      reserved_concurrency = 5
      maximum_concurrency  = 4
      log_level            = "debug"
      log_retention_days   = 7
      raw_expiry_days      = 21
      force_destroy        = true
      events_per_month     = 1000000
    }

    preprod = {
      reserved_concurrency = 10
      maximum_concurrency  = 8
      log_retention_days   = 14
      raw_expiry_days      = 30
      output_transitions   = [{ days = 30, storage_class = "STANDARD_IA" }]
    }

    prod = {
      reserved_concurrency = 20
      maximum_concurrency  = 16
      log_retention_days   = 90
      raw_expiry_days      = 90
      output_transitions   = [{ days = 30, storage_class = "STANDARD_IA" }, { days = 180, storage_class = "GLACIER_IR" }]
      events_per_month     = 1000000000
    }

    # Nobody waits for half a minute, or for the fifth attempt, at a desk.
    local = {
      emulator              = true
      reserved_concurrency  = 2
      maximum_concurrency   = 2
      log_retention_days    = 1
      raw_expiry_days       = 21
      force_destroy         = true
      events_per_month      = 100000
      alarm_period_seconds  = 10
      replay                = { cooldown_seconds = 20, probe_max_delay_seconds = 15 }
      breaker               = { probe_first_seconds = 5, probe_max_seconds = 10, half_open_seconds = 10, settle_seconds = 50, max_open_seconds = 7200 }
      destination_overrides = { batch_window_seconds = 2, timeout_seconds = 60, max_receive_count = 3 }
    }
  }

  validation {
    condition     = length(setsubtract(["dev", "preprod", "prod", "local"], keys(var.tiers))) == 0
    error_message = "tiers has ${join(", ", keys(var.tiers))}: it must have dev, preprod, prod and local."
  }

  validation {
    condition     = alltrue([for name in ["preprod", "prod"] : !try(var.tiers[name].force_destroy, false)])
    error_message = "force_destroy is true in preprod or prod: their data must survive a `terraform destroy`."
  }

  validation {
    condition     = alltrue([for name, tier in var.tiers : !tier.emulator || name == "local"])
    error_message = "emulator is true in ${join(", ", [for name, tier in var.tiers : name if tier.emulator && name != "local"])}: only local may talk to an emulator."
  }

  validation {
    condition     = alltrue([for tier in values(var.tiers) : contains(["debug", "info", "warn", "error"], tier.log_level)])
    error_message = "log_level must be debug, info, warn or error: ${join(", ", [for name, tier in var.tiers : "${tier.log_level} in ${name}"])}."
  }

  validation {
    condition     = alltrue([for tier in values(var.tiers) : tier.events_per_month >= 0 && tier.events_per_object >= 1])
    error_message = "events_per_month must be at least 0, and events_per_object at least 1: ${join(", ", [for name, tier in var.tiers : "${tier.events_per_month} and ${tier.events_per_object} in ${name}"])}."
  }
}

# tflint-ignore: terraform_standard_module_structure
variable "tier_overrides" {
  description = "Settings that replace those of the workspace's tier, as a test does or whoever runs the pipeline at a desk."
  type = object({
    reserved_concurrency = optional(number)
    maximum_concurrency  = optional(number)
    log_level            = optional(string)
    log_retention_days   = optional(number)
    raw_expiry_days      = optional(number)
    force_destroy        = optional(bool)
    events_per_month     = optional(number)
    events_per_object    = optional(number)
    destination_overrides = optional(object({
      batch_size           = optional(number)
      batch_window_seconds = optional(number)
      timeout_seconds      = optional(number)
      max_receive_count    = optional(number)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.tier_overrides.log_level == null ? true : contains(["debug", "info", "warn", "error"], var.tier_overrides.log_level)
    error_message = "log_level is \"${coalesce(var.tier_overrides.log_level, "-")}\": it must be debug, info, warn or error."
  }

  # A further environment of dev may come to hold what is to be kept. The other way round, an override would undo prod's protection.
  validation {
    condition     = var.tier_overrides.force_destroy != true
    error_message = "force_destroy is overridden with true: an override may protect the data of an environment with false, and never give it up."
  }
}

locals {
  # The workspace is the environment: it is in every name and in every metric, so that dev and dev-ann tell theirs apart.
  workspace = coalesce(var.workspace, terraform.workspace)
  tier_name = try(regex("^(local|dev)-", local.workspace)[0], local.workspace)

  # What a further environment of the tier is called: ann in dev-ann.
  further = trimprefix(local.workspace, "${local.tier_name}-")

  # A workspace that chooses none is refused where it is read; until then something must be there.
  tier = merge(
    try(var.tiers[local.tier_name], var.tiers.dev),
    { for setting, value in var.tier_overrides : setting => value if value != null },
  )
}
