package lakefile_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

func TestWriteThenReadEveryObject(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	chunks := []*rum.Block{laketest.Block(t, laketest.Volume(300, 20, 1)...), laketest.Block(t, laketest.Volume(100, 2, 2)...)}
	w := lakefile.New(s3.Bucket(t))
	require.NoError(t, w.Write(t.Context(), laketest.Batch(batchID, chunks...)))

	first := s3.Objects(t)
	require.Greater(t, len(first), 20)
	var want, got []lakefile.Row
	for _, events := range chunks {
		for _, row := range rumtest.Rows(events) {
			want = append(want, lakefile.Row(row))
		}
	}
	for key, body := range first {
		for _, row := range rows(t, body) {
			got = append(got, row)
			require.True(t, strings.HasPrefix(key, "events/"+lake.PartitionOf(row["event_ts"].(int64)).Path()+"/"+batchID), key)
		}
	}
	byID := func(a, b lakefile.Row) int { return strings.Compare(a["event_id"].(string), b["event_id"].(string)) }
	slices.SortFunc(want, byID)
	slices.SortFunc(got, byID)
	require.Equal(t, want, got)

	// Again, and by another writer that fails half-way first.
	require.NoError(t, w.Write(t.Context(), laketest.Batch(batchID, chunks...)))
	s3.FailPut = func(n int) error {
		if n == 2*len(first)+10 {
			return errors.New("the connection broke")
		}
		return nil
	}
	other := lakefile.New(s3.Bucket(t))
	require.Error(t, other.Write(t.Context(), laketest.Batch(batchID, chunks...)))
	require.NoError(t, other.Write(t.Context(), laketest.Batch(batchID, chunks...)))
	second := s3.Objects(t)
	require.Len(t, second, len(first))
	for key := range first {
		require.True(t, bytes.Equal(first[key], second[key]), key)
	}
}

func BenchmarkWrite(b *testing.B) {
	const n = 20_000
	events := laketest.Block(b, laketest.Volume(n, 2, 1)...)
	w := lakefile.New(laketest.Discard(b))
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, w.Write(b.Context(), laketest.Batch(batchID, events)))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
}
