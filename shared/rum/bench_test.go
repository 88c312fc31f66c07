package rum_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

// BenchmarkDecode decodes into a block that is used again: the events of real browsers, those of generated traffic in
// NDJSON and in arrays, and generated traffic in documents of one event.
func BenchmarkDecode(b *testing.B) {
	beacons, err := os.ReadFile("../../tests/testdata/chromium-beacons.ndjson")
	require.NoError(b, err)
	generated := traffic(2000)
	for name, documents := range map[string][][]byte{
		"chromium":        {beacons},
		"generated":       {bytes.Join(generated, []byte("\n"))},
		"array":           {append(append([]byte{'['}, bytes.Join(generated, []byte(","))...), ']')},
		"event-an-object": generated,
	} {
		b.Run(name, func(b *testing.B) {
			var d rum.Decoder
			block, events := rum.NewBlock(), 0
			var reader bytes.Reader
			for b.Loop() {
				block.Reset()
				for _, document := range documents {
					reader.Reset(document)
					d.Reset(&reader, "s")
					require.NoError(b, drain(&d, block))
				}
				events += block.Len()
			}
			b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
		})
	}
}

// traffic is generated events, each on one line, those of a producer behind one another.
func traffic(events int) [][]byte {
	var list [][]byte
	for o := range generate.Objects(generate.Options{Seed: 3, Events: events, Objects: 20}) {
		for _, r := range o.Records {
			if !bytes.ContainsRune(r.JSON, '\n') {
				list = append(list, bytes.Clone(r.JSON))
			}
		}
	}
	return list
}

// drain decodes a document in which nothing is wrong.
func drain(d *rum.Decoder, b *rum.Block) error {
	for {
		if err := d.Next(b); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}
