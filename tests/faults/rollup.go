package faults

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Rollup is how the rollup by minute compares with the events that it was made of.
type Rollup struct {
	Events, Counted uint64
	// Groups is how many combinations of minute and dimensions there are, Different how many of them have other counts.
	Groups, Different uint64
}

// Exact says that the rollup has counted each event once.
func (r Rollup) Exact() bool { return r.Events == r.Counted && r.Different == 0 }

var vitals = []string{"lcp", "inp", "cls", "fcp", "ttfb"}

// compareRollup counts the events again, group by group, and holds the counts against the rollup's.
func compareRollup(ctx context.Context, conn driver.Conn) (r Rollup, err error) {
	dimensions := []string{"page_group", "country", "device_type", "cdn_pop", "ab_variant"}
	stored, fresh := []string{"toString(minute)", "site_id", "toString(is_bot)"}, []string{
		"toString(toStartOfMinute(toDateTime(event_ts, 'UTC')))", "site_id", "toString(ifNull(is_bot, false))",
	}
	for _, d := range dimensions {
		stored = append(stored, d)
		fresh = append(fresh, "ifNull("+d+", '')")
	}
	// What the rollup has of a vital is how many measurements there were of each rating; the digests are fed by the same rows.
	counted, recounted := []string{"sum(events)", "sum(page_views)"}, []string{"count()", "countIf(event_type = 'page_view')"}
	for _, v := range vitals {
		column := v + "_ms"
		if v == "cls" {
			column = v
		}
		counted = append(counted, fmt.Sprintf("sum(%[1]s_good) + sum(%[1]s_needs_improvement) + sum(%[1]s_poor)", v))
		recounted = append(recounted, "count("+column+")")
	}
	tuple := func(of []string) string { return "concat(" + strings.Join(of, ", '|', ") + ")" }
	array := func(of []string) string { return "[" + strings.Join(of, ", ") + "]" }
	query := fmt.Sprintf(`
		SELECT sum(e[1]), sum(r[1]), count(), countIf(e != r) FROM (
			SELECT sumForEach(recounted) AS e, sumForEach(counted) AS r FROM (
				SELECT %s AS k, arrayMap(x -> toUInt64(0), range(%d)) AS recounted, %s AS counted FROM rum_vitals_1m GROUP BY k
				UNION ALL
				SELECT %s AS k, %s AS recounted, arrayMap(x -> toUInt64(0), range(%d)) AS counted FROM rum_events GROUP BY k
			) GROUP BY k
		)`, tuple(stored), len(counted), array(counted), tuple(fresh), array(recounted), len(counted))
	if err := conn.QueryRow(ctx, query).Scan(&r.Events, &r.Counted, &r.Groups, &r.Different); err != nil {
		return r, fmt.Errorf("compare the rollup with the events: %w", err)
	}
	return r, nil
}
