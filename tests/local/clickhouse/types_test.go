package clickhouse_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestTypes sends a row of every kind of column that the tables have, and reads it back, by the driver's own wire format.
func TestTypes(t *testing.T) {
	type row struct {
		ID       uuid.UUID         `ch:"id"`
		At       time.Time         `ch:"at"`
		Country  *string           `ch:"country"`
		Site     string            `ch:"site"`
		Keys     []string          `ch:"keys"`
		Extra    map[string]string `ch:"extra"`
		LCP      *float64          `ch:"lcp"`
		CLS      *float32          `ch:"cls"`
		Status   *uint16           `ch:"status"`
		Big      uint64            `ch:"big"`
		Bot      bool              `ch:"bot"`
		Kind     string            `ch:"kind"`
		MaybeBot *bool             `ch:"maybe_bot"`
	}
	ptr := func(s string) *string { return &s }
	lcp, cls, zero, status, no := 1234.5, float32(0.125), float32(0), uint16(404), false
	at := time.Date(2026, 11, 23, 12, 34, 56, 789e6, time.UTC)
	want := []row{
		{
			ID: uuid.MustParse("00000000-0000-4000-8000-000000000001"), At: at, Country: ptr("DE"), Site: "a\n\nb\x00c", Keys: []string{"q", ""},
			Extra: map[string]string{"k": "v", "ü": "€\n\n;"}, LCP: &lcp, CLS: &cls, Status: &status, Big: 1<<64 - 1, Bot: true, Kind: "page_view", MaybeBot: &no,
		},
		{
			ID: uuid.MustParse("00000000-0000-4000-8000-000000000002"), At: at.Add(-time.Millisecond), Site: "", Keys: []string{},
			Extra: map[string]string{}, CLS: &zero, Kind: "error",
		},
	}
	conn := open(t)
	mustExec(t, conn, `CREATE TABLE t (
		id UUID, at DateTime64(3, 'UTC') CODEC(Delta, ZSTD), country LowCardinality(Nullable(String)), site LowCardinality(String),
		keys Array(String), extra Map(String, String), lcp Nullable(Float64), cls Nullable(Float32), status Nullable(UInt16), big UInt64,
		bot Bool, kind Enum8('page_view' = 1, 'error' = 2), maybe_bot Nullable(Bool)
	) ENGINE = MergeTree ORDER BY id`)
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t")
	require.NoError(t, err)
	for i := range want {
		require.NoError(t, batch.AppendStruct(&want[i]))
	}
	require.NoError(t, batch.Send())

	var got []row
	require.NoError(t, conn.Select(t.Context(), &got, "SELECT * FROM t ORDER BY id"))
	require.Empty(t, cmp.Diff(want, got))
}

// TestColumns fills a batch column by column, as the destination does.
func TestColumns(t *testing.T) {
	conn := open(t)
	mustExec(t, conn, "CREATE TABLE t (n UInt64, s LowCardinality(String), f Nullable(Float64)) ENGINE = MergeTree ORDER BY n")
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t (n, s, f)")
	require.NoError(t, err)
	half := 0.5
	require.NoError(t, batch.Column(0).Append([]uint64{1, 2, 10}))
	require.NoError(t, batch.Column(1).Append([]string{"a", "b", "a"}))
	require.NoError(t, batch.Column(2).Append([]*float64{&half, nil, &half}))
	require.NoError(t, batch.Send())
	require.Equal(t, "[(1,'a',0.5),(2,'b',NULL),(10,'a',0.5)]",
		one[string](t, conn, "SELECT toString(groupArray((n, s, f))) FROM (SELECT * FROM t ORDER BY n)"))
}

// TestDigests merges quantile states, as the rollup's readers do.
func TestDigests(t *testing.T) {
	conn := open(t)
	mustExec(t, conn,
		`CREATE TABLE r (k UInt8, q AggregateFunction(quantilesTDigest(0.5, 0.75, 0.95), Nullable(Float32)), n SimpleAggregateFunction(sum, UInt64))
		 ENGINE = AggregatingMergeTree ORDER BY k`,
		"INSERT INTO r SELECT number % 2, quantilesTDigestState(0.5, 0.75, 0.95)(toNullable(toFloat32(number))), count() FROM numbers(1000) GROUP BY 1",
		"INSERT INTO r SELECT 0, quantilesTDigestState(0.5, 0.75, 0.95)(toNullable(toFloat32(number))), count() FROM numbers(1000) GROUP BY 1",
	)
	var quantiles []float32
	var count uint64
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT quantilesTDigestMerge(0.5, 0.75, 0.95)(q), sum(n) FROM r").Scan(&quantiles, &count))
	require.Equal(t, uint64(2000), count)
	require.InDeltaSlice(t, []float32{500, 750, 950}, quantiles, 5)
}
