package lakefile_test

import (
	"bytes"
	"errors"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

// The whole way of an object: decompressed, decoded, sorted, written. CPU time is that of the process.
func BenchmarkObject(b *testing.B) {
	plain := traffic(100_000)
	b.Run("gzip", func(b *testing.B) {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, err := w.Write(plain)
		require.NoError(b, err)
		require.NoError(b, w.Close())
		benchmarkObject(b, packed.Bytes(), func(r io.Reader) io.Reader {
			z, err := gzip.NewReader(r)
			require.NoError(b, err)
			return z
		})
	})
	b.Run("zstd", func(b *testing.B) {
		w, err := zstd.NewWriter(nil)
		require.NoError(b, err)
		benchmarkObject(b, w.EncodeAll(plain, nil), func(r io.Reader) io.Reader {
			z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
			require.NoError(b, err)
			b.Cleanup(z.Close)
			return z
		})
	})
}

func benchmarkObject(b *testing.B, packed []byte, open func(io.Reader) io.Reader) {
	e := lakefile.NewEncoder()
	events := rum.NewBlock()
	var dst bytes.Buffer
	var decoding, encoding time.Duration
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		begin := cpu(b)
		events.Reset()
		d := rum.NewDecoder(open(bytes.NewReader(packed)), "s3://raw/bench")
		for {
			err := d.Next(events)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(b, err)
		}
		decoded := cpu(b)
		dst.Reset()
		require.NoError(b, e.Encode(&dst, lake.File{BatchID: batchID, Events: events, Rows: all(events)}))
		decoding += decoded - begin
		encoding += cpu(b) - decoded
		n += events.Len()
	}
	b.ReportMetric(float64(decoding.Nanoseconds())/float64(n), "decode-ns/event")
	b.ReportMetric(float64(encoding.Nanoseconds())/float64(n), "encode-ns/event")
	b.ReportMetric(float64(dst.Len())/float64(events.Len()), "B/event")
}

// cpu is the CPU time that the process has taken in user mode.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano())
}

// traffic is NDJSON of generated events.
func traffic(events int) []byte {
	var plain []byte
	for object := range generate.Objects(generate.Options{Events: events, Objects: 20}) {
		for _, record := range object.Records {
			plain = append(append(plain, bytes.ReplaceAll(record.JSON, []byte("\n"), nil)...), '\n')
		}
	}
	return plain
}
