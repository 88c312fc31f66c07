package destination

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

// BenchmarkClient compares, turn by turn and in user CPU time, the whole way of a chunk from NDJSON in gzip to the bytes that are
// sent with what reading it costs anyway, and with encoding/json into maps alone.
func BenchmarkClient(b *testing.B) {
	object, n := gzipped(b)
	events := rum.NewBlock()
	sent := newBody(nativeColumns(), clickhouse.CompressionLZ4)
	var read, whole, naive time.Duration
	for b.Loop() {
		read += userTime(b, func() { decode(b, object, events) })
		whole += userTime(b, func() {
			decode(b, object, events)
			for _, p := range splitByDay("0123456789abcdef", delivery.Chunk{Events: events}) {
				sent.start(p)
				_, err := io.Copy(io.Discard, sent)
				require.NoError(b, err)
				sent.stop()
			}
		})
		naive += userTime(b, func() { decodeNaively(b, object) })
	}
	per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(b.N*n) }
	b.ReportMetric(per(read), "read-ns/event")
	b.ReportMetric(per(whole), "whole-ns/event")
	b.ReportMetric(per(whole)/per(read), "whole/read")
	b.ReportMetric(per(naive)/per(whole), "json/whole")
}

// gzipped is generated traffic as one object, and the number of its events.
func gzipped(b *testing.B) (object []byte, n int) {
	b.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	for o := range generate.Objects(generate.Options{Events: 20_000, Objects: 60}) {
		for _, r := range o.Records {
			var line bytes.Buffer
			require.NoError(b, json.Compact(&line, r.JSON))
			_, err := z.Write(append(line.Bytes(), '\n'))
			require.NoError(b, err)
			n++
		}
	}
	require.NoError(b, z.Close())
	return out.Bytes(), n
}

func decode(b *testing.B, object []byte, into *rum.Block) {
	b.Helper()
	into.Reset()
	z, err := gzip.NewReader(bytes.NewReader(object))
	require.NoError(b, err)
	d := rum.NewDecoder(z, "bench")
	for {
		if err := d.Next(into); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func decodeNaively(b *testing.B, object []byte) {
	b.Helper()
	z, err := gzip.NewReader(bytes.NewReader(object))
	require.NoError(b, err)
	d := json.NewDecoder(z)
	for {
		var event map[string]any
		if err := d.Decode(&event); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func userTime(b *testing.B, do func()) time.Duration {
	b.Helper()
	var before, after syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &before))
	do()
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &after))
	return time.Duration(after.Utime.Nano() - before.Utime.Nano())
}
