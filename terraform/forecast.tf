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

output "cost_forecast" {
  description = "US dollars that a month will cost with events_per_month of the tier, in objects of events_per_object each: what is there anyway, what each destination takes, what they share, and all of it. Null where there are no coefficients."
  value = local.coefficients == null ? null : {
    events_per_month  = local.tier.events_per_month
    events_per_object = local.tier.events_per_object
    prices_of         = "${local.coefficients.region} on ${local.coefficients.date}"
    fixed_usd         = local.coefficients.fixed_monthly_usd
    events_usd        = { for name, usd in local.usd_per_million_events : name => format("%.2f", usd * local.millions_of_events) }
    monthly_usd       = format("%.2f", local.coefficients.fixed_monthly_usd + sum(values(local.usd_per_million_events)) * local.millions_of_events)
  }
}
