package destination_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/shared/rum"
)

// The thresholds, once more and from their source (web.dev/articles/vitals), so that a slip in the migration shows.
var thresholds = map[string][2]float64{
	"lcp_ms": {2500, 4000}, "inp_ms": {200, 500}, "cls": {0.1, 0.25}, "fcp_ms": {1800, 3000}, "ttfb_ms": {800, 1800},
}

func TestRollupCountsAreExact(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	blocks := []*rum.Block{block(t, traffic(t, 1, 3000, 2)...), block(t, traffic(t, 2, 3000, 2)...)}
	require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), blocks...)))
	for vital, limits := range thresholds {
		var want [3]uint64
		for _, b := range blocks {
			for _, v := range b.Column(rum.Index(vital)).Floats {
				want[rating(v, limits)]++
			}
		}
		var got [3]uint64
		short := shortName(vital)
		require.NoError(t, conn.QueryRow(t.Context(), fmt.Sprintf("SELECT sum(%[1]s_good), sum(%[1]s_needs_improvement), sum(%[1]s_poor) FROM rum_vitals_1m", short)).
			Scan(&got[0], &got[1], &got[2]))
		require.Equal(t, want, got, vital)
	}
}

// On a threshold a value still has the better rating.
func TestRollupAtTheThresholds(t *testing.T) {
	for vital, limits := range thresholds {
		t.Run(vital, func(t *testing.T) {
			conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
			var lines []string
			for _, v := range []float64{0, limits[0], limits[0] * 1.001, limits[1], limits[1] * 1.001} {
				lines = append(lines, event(t, day0, map[string]any{vital: v}))
			}
			lines = append(lines, event(t, day0, nil)) // a value that is absent has no rating
			require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), block(t, lines...))))
			var events, measured uint64
			var good, needsImprovement, poor float64
			require.NoError(t, conn.QueryRow(t.Context(), fmt.Sprintf("SELECT events, %[1]s_count, "+
				"%[1]s_good_share, %[1]s_needs_improvement_share, %[1]s_poor_share FROM rum_vitals", shortName(vital))).
				Scan(&events, &measured, &good, &needsImprovement, &poor))
			require.Equal(t, uint64(6), events)
			require.Equal(t, uint64(5), measured)
			require.InDeltaSlice(t, []float64{0.4, 0.4, 0.2}, []float64{good, needsImprovement, poor}, 1e-9)
		})
	}
}

func TestRollupPercentiles(t *testing.T) {
	const n = 20_000
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	b := block(t, traffic(t, 3, n, 1)...)
	require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), b)))
	for vital := range thresholds {
		values := slices.Clone(b.Column(rum.Index(vital)).Floats)
		slices.Sort(values)
		var got []float32
		require.NoError(t, conn.QueryRow(t.Context(), fmt.Sprintf(
			"SELECT quantilesTDigestMerge(0.5, 0.75, 0.95)(%s_quantiles) FROM rum_vitals_1m", vital)).Scan(&got))
		for i, level := range []float64{0.5, 0.75, 0.95} {
			// The digest's promise is about ranks: within a percentile of the one that was asked for.
			rank, _ := slices.BinarySearch(values, float64(got[i]))
			require.InDelta(t, level, float64(rank)/n, 0.01, "p%g of %s is %g", 100*level, vital, got[i])
		}
	}
}

func TestRollupDimensions(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	full := map[string]any{
		"page_group": "home", "country": "DE", "device_type": "mobile", "cdn_pop": "FRA", "ab_variant": "b", "is_bot": true, "lcp_ms": 1000,
	}
	require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), block(t,
		event(t, day0+59_999, full),
		event(t, day0+60_000, full),
		event(t, day0+61_000, full),
		event(t, day0, nil),
		event(t, day0, map[string]any{"event_type": "page_update", "cls": 0}),
	))))
	type row struct {
		Minute                                     time.Time
		Site, Group, Country, Device, POP, Variant string
		Bot                                        bool
		Events, PageViews                          uint64
		LCP, CLS                                   *float64
	}
	var got []row
	rows, err := conn.Query(t.Context(), "SELECT minute, site_id, page_group, country, device_type, cdn_pop, ab_variant, is_bot, "+
		"events, page_views, toFloat64(lcp_p75_ms), toFloat64(cls_p75) FROM rum_vitals ORDER BY is_bot, minute")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var r row
		require.NoError(t, rows.Scan(&r.Minute, &r.Site, &r.Group, &r.Country, &r.Device, &r.POP, &r.Variant, &r.Bot, &r.Events, &r.PageViews, &r.LCP, &r.CLS))
		r.Minute = r.Minute.UTC()
		got = append(got, r)
	}
	require.NoError(t, rows.Err())
	at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
	require.Equal(t, []row{
		{Minute: at(day0), Site: "shop", Events: 2, PageViews: 1, CLS: new(0.0)},
		{at(day0), "shop", "home", "DE", "mobile", "FRA", "b", true, 1, 1, new(1000.0), nil},
		{at(day0 + minuteMS), "shop", "home", "DE", "mobile", "FRA", "b", true, 2, 2, new(1000.0), nil},
	}, got)
}

func rating(v float64, limits [2]float64) int {
	switch {
	case v <= limits[0]:
		return 0
	case v <= limits[1]:
		return 1
	default:
		return 2
	}
}

func shortName(vital string) string {
	if n := len(vital) - len("_ms"); n > 0 && vital[n:] == "_ms" {
		return vital[:n]
	}
	return vital
}
