# What a month will cost, before it has: a plan shows the output.

locals {
  coefficients = try(jsondecode(file("${path.root}/${var.cost_coefficients}")), null)

  # Costs were measured at some numbers of events an object. The next smaller one is taken: it costs more, never less.
  measured_at = try(tostring(max([
    for events in keys(local.coefficients.shared.usd_per_million_events) : tonumber(events) if tonumber(events) <= local.tier.events_per_object
  ]...)), "1")

  usd_per_million_events = try(merge(
    { for name, cost in local.coefficients.destinations : name => cost.usd_per_million_events[local.measured_at] if contains(keys(var.destinations), name) },
    { shared = local.coefficients.shared.usd_per_million_events[local.measured_at] },
  ), {})

  millions_of_events = local.tier.events_per_month / 1000000
}
