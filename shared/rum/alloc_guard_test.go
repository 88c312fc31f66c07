//go:build !race

package rum_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
)

// TestGuardAllocations: into a block that has held as much before nothing is allocated, whatever producers write and
// however small the documents are.
func TestGuardAllocations(t *testing.T) {
	events := traffic(1000)
	require.Greater(t, len(events), 900)
	for name, documents := range map[string][][]byte{
		"lines":               {bytes.Join(events, []byte("\n"))},
		"array":               {append(append([]byte{'['}, bytes.Join(events, []byte(","))...), ']')},
		"an event a document": events,
	} {
		t.Run(name, func(t *testing.T) {
			var d rum.Decoder
			var reader bytes.Reader
			block := rum.NewBlock()
			decode := func() {
				block.Reset()
				for _, document := range documents {
					reader.Reset(document)
					d.Reset(&reader, "s3://raw/object")
					if err := drain(&d, block); err != nil {
						t.Fatal(err)
					}
				}
				for i := range rum.Fields() {
					if len(block.Column(i).Valid) != len(events) {
						t.Fatal("a column is too short")
					}
				}
			}
			require.Zero(t, testing.AllocsPerRun(5, decode), "allocations for %d events", len(events))
		})
	}
}

// TestGuardGrowth: what a new block allocates for many events is a small multiple of what they are, and does not come in
// many pieces.
func TestGuardGrowth(t *testing.T) {
	events := traffic(1000)
	document := bytes.Join(events, []byte("\n"))
	var d rum.Decoder
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			d.Reset(bytes.NewReader(document), "s")
			if err := drain(&d, rum.NewBlock()); err != nil {
				b.Fatal(err)
			}
		}
	})
	require.Less(t, result.AllocedBytesPerOp(), int64(4*len(document)), "bytes allocated for %d of JSON", len(document))
	require.Less(t, result.AllocsPerOp(), int64(2500), "for %d columns", len(rum.Fields()))
}
