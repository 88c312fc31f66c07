package delivery

import (
	"context"
	"iter"

	"github.com/rumline/rumline/shared/rum"
)

// Destination is where events are delivered to.
//
// Write stores a whole batch. It blocks until the destination has acknowledged all of it. It must be idempotent for the
// same batch ID: called again with it, with the same events in the same order, it leaves the destination as one call
// would. So whatever Write names or numbers (an object key, a deduplication token) comes from the batch's ID and the
// chunk's index, never from a clock or a random source.
//
// An error means that the batch may be there in part, and that the same Write is to be tried again. Its code (package
// failure) says whether that can help: DestinationUnavailable when it can, DestinationRefused when somebody has to mend
// something first. An error that comes from reading the batch is returned as it is, wrapped.
//
// Write may be called by several goroutines at once, for different batches.
type Destination interface {
	Write(ctx context.Context, batch *Batch) error
}

// Batch is what one invocation delivers: the events of its source objects, in a fixed order, cut into chunks at fixed
// places. Two batches of the same ID have the same chunks.
type Batch struct {
	// ID is made of the source objects' identities: 32 hexadecimal digits, safe in an object key or a token.
	ID     string
	chunks iter.Seq2[Chunk, error]
}

// Chunk is as much of a batch as is held in memory at once.
type Chunk struct {
	// Index counts the chunks of a batch from 0.
	Index int
	// Events has at least one row. It is the batch's again when the next chunk is asked for.
	Events *rum.Block
}

// NewBatch returns a batch that reads its chunks from a sequence, which is run once for every call of Chunks.
func NewBatch(id string, chunks iter.Seq2[Chunk, error]) *Batch {
	return &Batch{ID: id, chunks: chunks}
}

// Chunks reads the batch. A batch without events has no chunks. An error ends the sequence: the batch could not be read
// to its end, and what was written of it has to be written again.
func (b *Batch) Chunks() iter.Seq2[Chunk, error] { return b.chunks }
