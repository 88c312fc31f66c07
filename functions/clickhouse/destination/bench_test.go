package destination_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
)

// BenchmarkWrite writes chunks to a server in another process. client-µs/row is the CPU time of this one, which is what
// the function is billed for; the rest of the time is the server's.
func BenchmarkWrite(b *testing.B) {
	for _, days := range []int{1, 2, 30} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) { benchmarkWrite(b, days) })
	}
}

func benchmarkWrite(b *testing.B, days int) {
	b.Helper()
	const rows = 20_000
	conn := clickhousetest.Open(b, clickhousetest.Migrated(b))
	w := newWriter(conn)
	chunk := block(b, traffic(b, 1, rows, days)...)
	require.NoError(b, w.Write(b.Context(), batch(batchID(0), chunk)))
	b.ReportAllocs()
	before, n := cpuTime(b), 0
	for b.Loop() {
		n++
		require.NoError(b, w.Write(b.Context(), batch(batchID(n), chunk)))
	}
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(n*rows), "client-µs/row")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n*rows), "µs/row")
}

func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
