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
// Write calls batch.Wrote for each chunk, in their order, once the chunk is stored for good.
//
// Write may be called by several goroutines at once, for different batches, and by several processes for the same one:
// the ledger makes that rare, and not impossible.
//
// Probe tries whether Write could store something now, by as much of the same way as leaves no data behind. Its errors are
// coded like Write's.
type Destination interface {
	Write(ctx context.Context, batch *Batch) error
	Probe(ctx context.Context) error
}

// Batch is what is delivered as one: the events of its source objects, in a fixed order, cut into chunks at fixed places.
// Two batches of the same ID have the same chunks.
type Batch struct {
	// ID is the ledger's: 32 hexadecimal digits, safe in an object key or a token.
	ID string
	// Adopted says that an earlier attempt may have written some of what Chunks yields. A destination whose own memory
	// of what it has taken is finite has to look.
	Adopted bool

	chunks iter.Seq2[Chunk, error]
	wrote  func(ctx context.Context, chunk int) error
}

// Chunk is as much of a batch as is held in memory at once.
type Chunk struct {
	// Index counts the chunks of a batch from 0.
	Index int
	// Events has at least one row. It is the batch's again when the next chunk is asked for.
	Events *rum.Block
}

// NewBatch returns a batch that reads its chunks from a sequence, which is run once for every call of Chunks. It keeps
// no record of what is written.
func NewBatch(id string, chunks iter.Seq2[Chunk, error]) *Batch {
	return &Batch{ID: id, chunks: chunks, wrote: func(context.Context, int) error { return nil }}
}

// Chunks reads the batch, from the first chunk that is not known to be written. A batch without events has no chunks.
// An error ends the sequence: the batch could not be read to its end, or the time is up, and what was not Wrote has to be
// written again.
func (b *Batch) Chunks() iter.Seq2[Chunk, error] { return b.chunks }

// Wrote is the destination's word that a chunk, and every one before it, is stored for good. It records the progress, so
// that an attempt that is cut off is not begun anew: a batch that takes longer than one invocation would never end.
func (b *Batch) Wrote(ctx context.Context, chunk int) error { return b.wrote(ctx, chunk) }
