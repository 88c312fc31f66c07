package destination_test

import (
	"encoding/json"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
)

// forgetful makes a server that remembers no token: what every server is to a batch that is older than its memory.
func forgetful(t *testing.T) driver.Conn {
	t.Helper()
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	for _, table := range []string{"rum_events", "rum_vitals_1m"} {
		require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE "+table+" MODIFY SETTING non_replicated_deduplication_window = 0"))
	}
	return conn
}

// makeOld has what is stored be stored long ago.
func makeOld(t *testing.T, conn driver.Conn) {
	t.Helper()
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE rum_events UPDATE inserted_at = inserted_at - 3600 WHERE true SETTINGS mutations_sync = 2"))
}

func adopted(b *delivery.Batch) *delivery.Batch {
	b.Adopted = true
	return b
}

// What an attempt left behind is completed and not repeated, in the events and in the rollup, by a server that does not
// remember the attempt.
func TestAdoptionOfWhatTheServerDoesNotRemember(t *testing.T) {
	const perChunk, days = 60, 3
	none, all := func(int, int) bool { return false }, func(int, int) bool { return true }
	for name, before := range map[string]struct{ counted, stored func(chunk, day int) bool }{
		"nothing":                   {none, none},
		"everything":                {all, none},
		"one chunk":                 {func(chunk, _ int) bool { return chunk == 0 }, none},
		"two chunks":                {func(chunk, _ int) bool { return chunk < 2 }, none},
		"some days of a chunk":      {func(chunk, day int) bool { return chunk == 0 && day < 2 }, none},
		"a day of each chunk":       {func(_, day int) bool { return day == 1 }, none},
		"all stored, none counted":  {none, all},
		"a day that is not counted": {func(_, day int) bool { return day != 1 }, func(_, day int) bool { return day == 1 }},
		"a chunk that is not":       {func(chunk, _ int) bool { return chunk == 0 }, func(chunk, _ int) bool { return chunk == 1 }},
		"of all kinds": {
			func(chunk, day int) bool { return (chunk+day)%3 == 0 }, func(chunk, day int) bool { return (chunk+day)%3 == 1 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			conn := forgetful(t)
			w := newWriter(conn)
			// The rows of another batch neither count as this one's nor are touched.
			require.NoError(t, w.Write(t.Context(), batch(batchID(9), block(t, traffic(t, 9, 50, days)...))))
			lines := traffic(t, 7, 3*perChunk, days)
			require.NoError(t, w.Write(t.Context(), selected(t, lines, perChunk, before.counted)))
			require.NoError(t, conn.Exec(t.Context(), "DETACH TABLE rum_vitals_1m_mv"))
			require.NoError(t, w.Write(t.Context(), selected(t, lines, perChunk, before.stored)))
			require.NoError(t, conn.Exec(t.Context(), "ATTACH TABLE rum_vitals_1m_mv"))
			makeOld(t, conn)

			whole := selected(t, lines, perChunk, all)
			for range 2 {
				require.NoError(t, w.Write(t.Context(), adopted(whole)))
				require.Equal(t, once(3*perChunk+50), count(t, conn))
			}
			// The check can fail: a repeat that does not look is a second copy.
			whole.Adopted = false
			require.NoError(t, w.Write(t.Context(), whole))
			require.Equal(t, uint64(2*3*perChunk+50), count(t, conn).rows)
		})
	}
}

// selected is the batch of lines, or what of it is there when only some days of some chunks have been written.
func selected(t *testing.T, lines []string, perChunk int, of func(chunk, day int) bool) *delivery.Batch {
	t.Helper()
	chunks := make([][]string, len(lines)/perChunk)
	for i, line := range lines {
		var e struct {
			TS int64 `json:"event_ts"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		if chunk := i / perChunk; of(chunk, int((e.TS-day0)/dayMS)) {
			chunks[chunk] = append(chunks[chunk], line)
		}
	}
	blocks := make([]*rum.Block, len(chunks))
	for i, c := range chunks {
		blocks[i] = block(t, c...)
	}
	return delivery.NewBatch(batchID(1), func(yield func(delivery.Chunk, error) bool) {
		for i, b := range blocks {
			if b.Len() > 0 && !yield(delivery.Chunk{Index: i, Events: b}, nil) {
				return
			}
		}
	})
}

// An insert is one part here and one part there: that is what makes it be there or not.
func TestAnInsertIsOnePart(t *testing.T) {
	const events = 100_000
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	require.NoError(t, conn.Exec(t.Context(), "SYSTEM STOP MERGES rum_events"))
	require.NoError(t, conn.Exec(t.Context(), "SYSTEM STOP MERGES rum_vitals_1m"))
	lines := make([]string, events) // as many rows in the rollup as there are events
	for i := range lines {
		lines[i] = event(t, day0+int64(i)%dayMS, map[string]any{"page_group": string(rune('a' + i%26)), "cdn_pop": batchID(i), "lcp_ms": i % 5000})
	}
	require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1), block(t, lines...))))
	require.Equal(t, once(events), count(t, conn))
	require.Equal(t, uint64(events), clickhousetest.Scalar[uint64](t, conn, "SELECT count() FROM rum_vitals_1m"))
	for _, table := range []string{"rum_events", "rum_vitals_1m"} {
		require.Equal(t, uint64(1), clickhousetest.Scalar[uint64](t, conn, "SELECT count() FROM system.parts "+
			"WHERE database = currentDatabase() AND active AND table = $1", table), table)
	}
	require.Equal(t, []string{batchID(1) + "/0/20260301"}, clickhousetest.Scalar[[]string](t, conn, "SELECT groupArrayArray(inserts) FROM rum_vitals_1m"))
}

// Events whose counts are not there yet may be those of an insert that is under way. To count them, too, would be to
// count them twice.
func TestAdoptionWaitsForAnInsertThatIsUnderWay(t *testing.T) {
	conn := forgetful(t)
	w := newWriter(conn)
	lines := block(t, traffic(t, 7, 60, 1)...)
	require.NoError(t, conn.Exec(t.Context(), "DETACH TABLE rum_vitals_1m_mv"))
	require.NoError(t, w.Write(t.Context(), batch(batchID(1), lines)))
	require.NoError(t, conn.Exec(t.Context(), "ATTACH TABLE rum_vitals_1m_mv"))

	err := w.Write(t.Context(), adopted(batch(batchID(1), lines)))
	require.Equal(t, failure.DestinationUnavailable, failure.CodeOf(err), "%v", err)
	require.Zero(t, count(t, conn).rollup)

	makeOld(t, conn)
	require.NoError(t, w.Write(t.Context(), adopted(batch(batchID(1), lines))))
	require.Equal(t, once(60), count(t, conn))
}
