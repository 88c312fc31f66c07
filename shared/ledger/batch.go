package ledger

import (
	"context"
	"errors"

	"github.com/rumline/rumline/shared/failure"
)

// Batch is a recorded batch that this worker holds.
type Batch struct {
	ID string
	// Members are what finds the objects, in the order in which they are delivered.
	Members []string
	// Adopted says that another worker may have written parts of it.
	Adopted bool

	ledger  *Ledger
	record  Record
	written int
}

// ErrLost is the error of a worker that has lost its batch to another, which writes it too.
var ErrLost = errors.New("another worker has taken the batch over")

// Plan is how the batch was to be cut into chunks when it was recorded.
func (b *Batch) Plan() string { return b.record.Plan }

// Written is how many chunks are known to be written.
func (b *Batch) Written() int { return b.record.Chunks }

// progressEvery is how many chunks pass between two records of the progress. What is handed back in order is recorded
// anyway, so this bounds what a worker that is killed has written for nothing.
const progressEvery = 8

// Wrote notes that the first n chunks are written. The error is ErrLost, coded failure.BatchLost, when the batch is
// another worker's by now.
func (b *Batch) Wrote(ctx context.Context, n int) error {
	b.written = n
	if n < b.record.Chunks+progressEvery {
		return nil
	}
	next := b.record
	next.Chunks = n
	return b.advance(ctx, next)
}

// HandBack ends the lease, so that the next worker need not wait for it, and records the progress. Nothing is lost when
// it fails.
func (b *Batch) HandBack(ctx context.Context) error {
	next := b.record
	next.Lease, next.Chunks = b.ledger.Now(), max(b.written, b.record.Chunks)
	err := b.advance(ctx, next)
	if errors.Is(err, ErrLost) {
		return nil
	}
	return err
}

// Commit records that all of the batch is written, and says whether this worker was the first to record it. Who says so
// has written it, so it holds even when another worker has taken the batch over meanwhile.
func (b *Batch) Commit(ctx context.Context) (first bool, err error) {
	return b.ledger.Store.Finish(ctx, b.ID)
}

func (b *Batch) advance(ctx context.Context, next Record) error {
	now, err := b.ledger.Store.Advance(ctx, b.record, next)
	if err != nil {
		return err
	}
	if now.Owner != b.record.Owner || now.State != Open {
		return failure.Wrap(failure.BatchLost, ErrLost, "batch "+b.ID)
	}
	b.record = next
	return nil
}
