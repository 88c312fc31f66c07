package destination_test

import (
	"errors"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
)

// counts are what every repeated delivery must leave as it is.
type counts struct {
	rows, events  uint64 // in rum_events
	rollup, views uint64 // events and page views in rum_vitals_1m
	lcp           uint64 // measurements of LCP in rum_vitals_1m
}

func count(t *testing.T, conn driver.Conn) counts {
	t.Helper()
	var c counts
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(), uniqExact(event_id) FROM rum_events").Scan(&c.rows, &c.events))
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT sum(events), sum(page_views), sum(lcp_good + lcp_needs_improvement + lcp_poor) "+
		"FROM rum_vitals_1m").Scan(&c.rollup, &c.views, &c.lcp))
	return c
}

func once(events uint64) counts {
	return counts{rows: events, events: events, rollup: events, views: events, lcp: events}
}

func TestRepeatedWriteLeavesOneCopy(t *testing.T) {
	const perChunk, chunks, days = 500, 3, 9
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	w := newWriter(conn)
	b := threeChunks(t, batchID(1), perChunk, days)
	for range 3 {
		require.NoError(t, w.Write(t.Context(), b))
		require.Equal(t, once(perChunk*chunks), count(t, conn))
	}

	// The same events in another batch are other rows: it is the batch that is delivered once.
	require.NoError(t, w.Write(t.Context(), threeChunks(t, batchID(2), perChunk, days)))
	require.Equal(t, uint64(2*perChunk*chunks), count(t, conn).rows)
	require.Equal(t, []string{batchID(1) + "/0", batchID(1) + "/1", batchID(1) + "/2", batchID(2) + "/0", batchID(2) + "/1", batchID(2) + "/2"},
		clickhousetest.Scalar[[]string](t, conn, "SELECT arraySort(groupUniqArray(concat(batch_id, '/', toString(batch_chunk)))) FROM rum_events"))
}

func TestRepeatAfterReadingFailedInTheMiddle(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	w := newWriter(conn)
	whole := threeChunks(t, batchID(1), 300, 2)
	broken := failure.New(failure.SourceUnavailable, "the stream broke")
	err := w.Write(t.Context(), delivery.NewBatch(whole.ID, func(yield func(delivery.Chunk, error) bool) {
		for chunk, err := range whole.Chunks() {
			if chunk.Index == 2 {
				yield(delivery.Chunk{}, broken)
				return
			}
			if !yield(chunk, err) {
				return
			}
		}
	}))
	require.ErrorIs(t, err, broken)
	require.Equal(t, failure.SourceUnavailable, failure.CodeOf(err))
	require.Equal(t, once(600), count(t, conn))

	require.NoError(t, w.Write(t.Context(), whole))
	require.Equal(t, once(900), count(t, conn))
}

// An insert of many days becomes one part a day, and they are not written as one: a repeat adds those that are missing.
func TestRepeatAddsTheDaysThatAreMissing(t *testing.T) {
	const events, days = 1000, 110 // the server's own limit is 100
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	w := newWriter(conn)
	b := batch(batchID(1), block(t, traffic(t, 1, events, days)...))
	require.NoError(t, w.Write(t.Context(), b))
	require.Equal(t, once(events), count(t, conn))
	require.Equal(t, uint64(days), clickhousetest.Scalar[uint64](t, conn, "SELECT uniqExact(toDate(event_ts)) FROM rum_events"))

	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE rum_events DROP PARTITION 20260303"))
	require.Less(t, count(t, conn).rows, uint64(events))
	require.NoError(t, w.Write(t.Context(), b))
	require.Equal(t, once(events), count(t, conn))
}

// The events are stored and the rollup is not: the repeat leaves the ones and adds the other.
func TestRepeatAddsTheRollupThatIsMissing(t *testing.T) {
	const events = 1000
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	w := newWriter(conn)
	b := batch(batchID(1), block(t, traffic(t, 1, events, 3)...))
	require.NoError(t, conn.Exec(t.Context(), "RENAME TABLE rum_vitals_1m TO rum_vitals_1m_away"))
	err := w.Write(t.Context(), b)
	require.Equal(t, failure.DestinationRefused, failure.CodeOf(err), "%v", err)
	require.NoError(t, conn.Exec(t.Context(), "RENAME TABLE rum_vitals_1m_away TO rum_vitals_1m"))

	require.NoError(t, w.Write(t.Context(), b))
	require.Equal(t, once(events), count(t, conn))
	require.NoError(t, w.Write(t.Context(), b))
	require.Equal(t, once(events), count(t, conn))
}

func TestConcurrentWritesOfOneBatch(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	w := newWriter(conn)
	group, ctx := errgroup.WithContext(t.Context())
	for range 4 {
		b := threeChunks(t, batchID(1), 200, 5)
		group.Go(func() error { return w.Write(ctx, b) })
	}
	require.NoError(t, group.Wait())
	require.Equal(t, once(600), count(t, conn))
}

func TestConcurrentWritesOfManyBatches(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	w := newWriter(conn)
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 4 {
		b := batch(batchID(i), block(t, traffic(t, uint64(i), 400, 2)...))
		group.Go(func() error { return w.Write(ctx, b) })
	}
	require.NoError(t, group.Wait())
	require.Equal(t, once(1600), count(t, conn))
}

func TestEmptyBatch(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	require.NoError(t, newWriter(conn).Write(t.Context(), batch(batchID(1))))
	require.Zero(t, count(t, conn))
}

// A reader that fails at once is not made a failure of ClickHouse.
func TestErrorsOfReadingAreKept(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	plain := errors.New("disk on fire")
	err := newWriter(conn).Write(t.Context(), delivery.NewBatch(batchID(1), func(yield func(delivery.Chunk, error) bool) {
		yield(delivery.Chunk{}, plain)
	}))
	require.ErrorIs(t, err, plain)
	require.Equal(t, failure.Internal, failure.CodeOf(err))
	require.ErrorContains(t, err, batchID(1))
}

func threeChunks(t *testing.T, id string, perChunk, days int) *delivery.Batch {
	t.Helper()
	lines := traffic(t, 7, 3*perChunk, days)
	return batch(id, block(t, lines[:perChunk]...), block(t, lines[perChunk:2*perChunk]...), block(t, lines[2*perChunk:]...))
}
