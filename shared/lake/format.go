// Package lake writes batches of events to S3 as files in Hive partitions, for engines and people that read files:
//
//	<prefix>dt=2026-11-23/hour=17/<batch ID>-00042.parquet
//
// The partition is the hour of event_ts, in UTC. Everything else in an object's key comes from the batch, so a batch
// that is written again overwrites its own objects with the same bytes, and nothing is ever there twice. What is inside
// a file is the business of a Format.
package lake

import (
	"bytes"

	"github.com/rumline/rumline/shared/rum"
)

// Format is a kind of file.
type Format interface {
	// Extension ends every object's key, without a leading dot.
	Extension() string
	// ContentType is what the objects are stored under.
	ContentType() string
	// NewEncoder returns an encoder, which one goroutine uses for one file after the other.
	NewEncoder() Encoder
}

// Encoder makes files.
//
// The same File must become the same bytes, whatever the encoder encoded before: that is what makes a repeated write
// harmless. Encode must not keep anything of the File.
type Encoder interface {
	// Encode appends the file to dst.
	Encode(dst *bytes.Buffer, file File) error
}

// File is the rows of one chunk that share a partition.
type File struct {
	// BatchID and Chunk say which chunk of which batch.
	BatchID string
	Chunk   int
	// Events is the whole chunk, and Rows the indexes of this file's rows in it, ascending. There is at least one.
	Events *rum.Block
	Rows   []int
}
