package laketest

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

	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

// Traffic is NDJSON of so many generated events, which are closer to real ones than those of Volume.
func Traffic(events int) []byte {
	var plain []byte
	for object := range generate.Objects(generate.Options{Events: events, Objects: 20}) {
		for _, record := range object.Records {
			plain = append(append(plain, bytes.ReplaceAll(record.JSON, []byte("\n"), nil)...), '\n')
		}
	}
	return plain
}

// File is a file of the events in NDJSON.
func File(tb testing.TB, ndjson []byte) lake.File {
	tb.Helper()
	return fileOf(decode(tb, bytes.NewReader(ndjson), rum.NewBlock()), nil)
}

// BenchmarkObject measures the whole way of an object, from compressed NDJSON to a file: in CPU time of the process,
// since machines are shared.
func BenchmarkObject(b *testing.B, format lake.Format) {
	b.Helper()
	plain := Traffic(20_000)
	b.Run("gzip", func(b *testing.B) {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, err := w.Write(plain)
		require.NoError(b, err)
		require.NoError(b, w.Close())
		benchmarkObject(b, format, packed.Bytes(), func(r io.Reader) io.Reader {
			z, err := gzip.NewReader(r)
			require.NoError(b, err)
			return z
		})
	})
	b.Run("zstd", func(b *testing.B) {
		w, err := zstd.NewWriter(nil)
		require.NoError(b, err)
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
		require.NoError(b, err)
		defer z.Close()
		benchmarkObject(b, format, w.EncodeAll(plain, nil), func(r io.Reader) io.Reader {
			require.NoError(b, z.Reset(r))
			return z
		})
	})
}

func benchmarkObject(b *testing.B, format lake.Format, packed []byte, open func(io.Reader) io.Reader) {
	b.Helper()
	e, events, file := format.NewEncoder(), rum.NewBlock(), lake.File{}
	var dst bytes.Buffer
	var decoding, encoding time.Duration
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		begin := cpu(b)
		events.Reset()
		file = fileOf(decode(b, open(bytes.NewReader(packed)), events), file.Rows)
		decoded := cpu(b)
		dst.Reset()
		require.NoError(b, e.Encode(&dst, file))
		decoding += decoded - begin
		encoding += cpu(b) - decoded
		n += events.Len()
	}
	b.ReportMetric(float64(decoding.Nanoseconds())/float64(n), "decode-ns/event")
	b.ReportMetric(float64(encoding.Nanoseconds())/float64(n), "encode-ns/event")
	b.ReportMetric(float64(dst.Len())/float64(events.Len()), "B/event")
}

func decode(tb testing.TB, r io.Reader, events *rum.Block) *rum.Block {
	tb.Helper()
	for d := rum.NewDecoder(r, "s3://raw/laketest"); ; {
		err := d.Next(events)
		if errors.Is(err, io.EOF) {
			return events
		}
		require.NoError(tb, err)
	}
}

func fileOf(events *rum.Block, rows []int) lake.File {
	return lake.File{BatchID: "0123456789abcdef0123456789abcdef", Events: events, Rows: All(events, rows)}
}

// cpu is the CPU time that the process has taken in user mode.
func cpu(tb testing.TB) time.Duration {
	tb.Helper()
	var usage syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano())
}
