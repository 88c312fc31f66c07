// Package stages measures the stages of a function's work by themselves, each on the same events, so that it shows where the
// time goes. The whole of it, with the binary that is deployed, is `task bench`.
package stages

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/destination"
	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/sink"
)

const events = 20_000

var input = sync.OnceValues(func() (*load.Load, error) { return load.New(events) })

func stored(b *testing.B, encoding load.Encoding) []byte {
	b.Helper()
	l, err := input()
	require.NoError(b, err)
	objects, err := l.Objects(events, encoding)
	require.NoError(b, err)
	return objects[0]
}

func plain(b *testing.B) []byte {
	b.Helper()
	r, err := gzip.NewReader(bytes.NewReader(stored(b, load.Gzip)))
	require.NoError(b, err)
	text, err := io.ReadAll(r)
	require.NoError(b, err)
	return text
}

func block(b *testing.B) *rum.Block {
	b.Helper()
	decoded, refused, err := rumtest.Decode(bytes.NewReader(plain(b)), "bench")
	require.NoError(b, err)
	require.Empty(b, refused)
	require.Equal(b, events, decoded.Len())
	return decoded
}

// rate ends a benchmark of which each run has all events.
func rate(b *testing.B) {
	b.Helper()
	b.ReportMetric(float64(b.N)*events/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkGunzip(b *testing.B) {
	packed := stored(b, load.Gzip)
	var r gzip.Reader
	for b.Loop() {
		require.NoError(b, r.Reset(bytes.NewReader(packed)))
		_, err := io.Copy(io.Discard, &r)
		require.NoError(b, err)
	}
	rate(b)
}

func BenchmarkUnzstd(b *testing.B) {
	packed := stored(b, load.Zstd)
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	require.NoError(b, err)
	defer r.Close()
	for b.Loop() {
		require.NoError(b, r.Reset(bytes.NewReader(packed)))
		_, err := io.Copy(io.Discard, r)
		require.NoError(b, err)
	}
	rate(b)
}

func BenchmarkDecode(b *testing.B) {
	text, into := plain(b), rum.NewBlock()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		into.Reset()
		d := rum.NewDecoder(bytes.NewReader(text), "bench")
		for range events {
			require.NoError(b, d.Next(into))
		}
	}
	rate(b)
}

func BenchmarkParquet(b *testing.B) { benchmarkFile(b, lakefile.Format{}) }

func BenchmarkJSON(b *testing.B) { benchmarkFile(b, export.Format{}) }

func benchmarkFile(b *testing.B, format lake.Format) {
	b.Helper()
	file := lake.File{BatchID: strings.Repeat("0", 32), Events: block(b)}
	for row := range file.Events.Len() {
		file.Rows = append(file.Rows, row)
	}
	encoder := format.NewEncoder()
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		require.NoError(b, encoder.Encode(&out, file))
	}
	rate(b)
	b.ReportMetric(float64(out.Len())/events, "bytes/event")
}

// BenchmarkClickHouse has the sink in the same process: its decoding is in the figure.
func BenchmarkClickHouse(b *testing.B) {
	s := &sink.Sink{}
	server := httptest.NewServer(s)
	defer server.Close()
	config := connection.Config{DSN: connection.DSN(server.URL + "/rum")}
	conn, err := config.Open(context.Background(), nil)
	require.NoError(b, err)
	defer conn.Close()
	writer, all := destination.New(conn, config.Topology), block(b)
	for b.Loop() {
		batch := delivery.NewBatch(strings.Repeat("0", 32), func(yield func(delivery.Chunk, error) bool) {
			yield(delivery.Chunk{Events: all}, nil)
		})
		require.NoError(b, writer.Write(context.Background(), batch))
		require.EqualValues(b, events, s.Take().Rows)
	}
	rate(b)
}
