# Queries that whoever opens Athena finds there. Each reads the last day or two: the partitions are what a query costs.

locals {
  # The level is the one that web-vitals are judged by (web.dev/articles/vitals).
  p75 = join(",\n       ", [
    "round(approx_percentile(lcp_ms, 0.75)) AS lcp_p75_ms",
    "round(approx_percentile(inp_ms, 0.75)) AS inp_p75_ms",
    "round(approx_percentile(cast(cls AS double), 0.75), 3) AS cls_p75",
  ])

  yesterday = "dt = date_format(current_date - INTERVAL '1' DAY, '%Y-%m-%d') AND NOT coalesce(is_bot, false)"

  queries = {
    "web vitals by page and country" = {
      description = "p75 of LCP, INP and CLS yesterday"
      query       = <<-EOT
        SELECT page_group, country, count(*) AS events,
               ${local.p75}
        FROM rum_events
        WHERE ${local.yesterday}
        GROUP BY 1, 2
        ORDER BY events DESC
        LIMIT 500
      EOT
    }

    "web vitals by hour" = {
      description = "p75 of LCP, INP and CLS in each hour of yesterday"
      query       = <<-EOT
        SELECT hour, count(*) AS events,
               ${local.p75}
        FROM rum_events
        WHERE ${local.yesterday}
        GROUP BY 1
        ORDER BY 1
      EOT
    }

    "what acceleration gains" = {
      description = "p75 of LCP, INP and CLS yesterday, by variant of the experiment"
      query       = <<-EOT
        SELECT page_group, ab_variant, count(*) AS events,
               ${local.p75}
        FROM rum_events
        WHERE ${local.yesterday} AND ab_variant IS NOT NULL
        GROUP BY 1, 2
        ORDER BY 1, 2
      EOT
    }

    "slowest elements" = {
      description = "Elements with the slowest largest contentful paints yesterday, with what their time went into"
      query       = <<-EOT
        SELECT page_group, lcp_target, count(*) AS events,
               round(approx_percentile(lcp_ms, 0.75)) AS lcp_p75_ms,
               round(approx_percentile(ttfb_ms, 0.75)) AS ttfb_p75_ms,
               round(approx_percentile(lcp_resource_load_delay_ms, 0.75)) AS load_delay_p75_ms,
               round(approx_percentile(lcp_resource_load_duration_ms, 0.75)) AS load_p75_ms,
               round(approx_percentile(lcp_element_render_delay_ms, 0.75)) AS render_delay_p75_ms
        FROM rum_events
        WHERE ${local.yesterday} AND lcp_ms IS NOT NULL
        GROUP BY 1, 2
        HAVING count(*) >= 100
        ORDER BY lcp_p75_ms DESC
        LIMIT 100
      EOT
    }

    "errors" = {
      description = "Errors of yesterday by class and message"
      query       = <<-EOT
        SELECT error_type, error_message, count(*) AS events, count(DISTINCT session_id) AS sessions
        FROM rum_events
        WHERE ${local.yesterday} AND event_type = 'error'
        GROUP BY 1, 2
        ORDER BY events DESC
        LIMIT 200
      EOT
    }
  }
}
