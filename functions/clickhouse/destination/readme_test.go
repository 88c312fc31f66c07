package destination_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
)

// The README's queries run, and find something in events of the last minutes.
func TestQueriesOfTheReadme(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	now := clickhousetest.Scalar[int64](t, conn, "SELECT toUnixTimestamp64Milli(now64(3))")
	vitals := map[string]any{"page_view_id": "pv-1", "page_group": "home", "country": "DE", "lcp_ms": 5000, "inp_ms": 90, "cls": 0.02, "beacon_seq": 1}
	update := map[string]any{"page_view_id": "pv-1", "event_type": "page_update", "inp_ms": 300, "beacon_seq": 2}
	require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), block(t,
		event(t, now-5*minuteMS, vitals), event(t, now-4*minuteMS, update)))))

	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	queries := regexp.MustCompile("(?s)```sql\n(.*?);\n```").FindAllStringSubmatch(string(readme), -1)
	require.Len(t, queries, 7)
	for _, query := range queries {
		rows, err := conn.Query(t.Context(), query[1])
		require.NoError(t, err, query[1])
		require.True(t, rows.Next(), "no rows: %s", query[1])
		require.NoError(t, rows.Close())
		require.NoError(t, rows.Err())
	}
	// The collapse takes the last value of each vital that is known.
	require.InDelta(t, 300, clickhousetest.Scalar[float64](t, conn, "SELECT inp_p75_ms FROM ("+queries[1][1]+")"), 0)
	require.InDelta(t, 5000, clickhousetest.Scalar[float64](t, conn, "SELECT lcp_p75_ms FROM ("+queries[1][1]+")"), 0)
}
