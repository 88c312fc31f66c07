package lakefile_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
)

func BenchmarkEncode(b *testing.B) {
	for _, n := range []int{1, 1000, 50_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			events := laketest.Block(b, laketest.Volume(n, 1, 1)...)
			file := lake.File{BatchID: batchID, Events: events, Rows: laketest.All(events, nil)}
			e := lakefile.NewEncoder()
			var dst bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				dst.Reset()
				require.NoError(b, e.Encode(&dst, file))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
			b.ReportMetric(float64(dst.Len())/float64(n), "bytes/row")
		})
	}
}

func BenchmarkObject(b *testing.B) { laketest.BenchmarkObject(b, lakefile.Format{}) }
