// Package laketest is what the tests of the lake's formats share: a volume of ordinary events, and an S3 in memory.
package laketest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Block decodes lines of JSON, every one of which must be an event.
func Block(tb testing.TB, lines ...string) *rum.Block {
	tb.Helper()
	b, refused, err := rumtest.Decode(strings.NewReader(strings.Join(lines, "\n")), "s3://raw/laketest")
	require.NoError(tb, err)
	require.Empty(tb, refused)
	require.Equal(tb, len(lines), b.Len())
	return b
}

// All are all rows of the events, in the memory of rows, which may be nil.
func All(events *rum.Block, rows []int) []int {
	rows = rows[:0]
	for row := range events.Len() {
		rows = append(rows, row)
	}
	return rows
}

// Batch is a batch of the given chunks.
func Batch(id string, chunks ...*rum.Block) *delivery.Batch {
	return delivery.NewBatch(id, func(yield func(delivery.Chunk, error) bool) {
		for i, events := range chunks {
			if !yield(delivery.Chunk{Index: i, Events: events}, nil) {
				return
			}
		}
	})
}
