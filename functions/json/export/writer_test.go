package export_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

func TestWriteThenReadEveryObject(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	chunks := []*rum.Block{laketest.Block(t, laketest.Volume(300, 20, 1)...), laketest.Block(t, laketest.Volume(100, 2, 2)...)}
	w := export.New(s3.Bucket(t))
	require.NoError(t, w.Write(t.Context(), laketest.Batch("b1", chunks...)))

	first := s3.Objects(t)
	require.Greater(t, len(first), 20)
	want := slices.Concat(rumtest.Rows(chunks[0]), rumtest.Rows(chunks[1]))
	var got []rumtest.Row
	for key, body := range first {
		require.True(t, strings.HasSuffix(key, ".ndjson.zst"), key)
		for row, err := range export.Rows(bytes.NewReader(body)) {
			require.NoError(t, err)
			got = append(got, rumtest.Row(row))
			require.True(t, strings.HasPrefix(key, "events/"+lake.PartitionOf(row["event_ts"].(int64)).Path()+"/b1-0000"), key)
		}
	}
	byID := func(a, b rumtest.Row) int { return strings.Compare(a["event_id"].(string), b["event_id"].(string)) }
	slices.SortFunc(want, byID)
	slices.SortFunc(got, byID)
	require.Equal(t, want, got)

	// By another writer that fails half-way first.
	s3.FailPut = func(n int) error {
		if n == len(first)+10 {
			return errors.New("the connection broke")
		}
		return nil
	}
	other := export.New(s3.Bucket(t))
	require.Error(t, other.Write(t.Context(), laketest.Batch("b1", chunks...)))
	require.NoError(t, other.Write(t.Context(), laketest.Batch("b1", chunks...)))
	require.Equal(t, first, s3.Objects(t))
}

func TestEncodingAnEventAllocatesNothing(t *testing.T) {
	events := laketest.Block(t, laketest.Volume(1000, 1, 1)...)
	rows := make([]int, events.Len())
	for i := range rows {
		rows[i] = i
	}
	e := export.NewEncoder()
	var dst bytes.Buffer
	allocations := testing.AllocsPerRun(5, func() {
		dst.Reset()
		require.NoError(t, e.Encode(&dst, lake.File{Events: events, Rows: rows}))
	})
	require.Less(t, allocations, 50.0, "for 1,000 events")
}

func BenchmarkWrite(b *testing.B) {
	const n = 20_000
	events := laketest.Block(b, laketest.Volume(n, 2, 1)...)
	w := export.New(laketest.Discard(b))
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, w.Write(b.Context(), laketest.Batch("b1", events)))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
}
