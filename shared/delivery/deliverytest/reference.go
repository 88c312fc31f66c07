package deliverytest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Reference is a destination in memory that shows what the contract asks for. Its storage is the worst that can be
// built on: it only ever appends, and what it has seen it may forget.
type Reference struct {
	Faults Faults

	mu   sync.Mutex
	rows []rumtest.Row
	keys map[string]bool // the chunks that are there
	seen map[string]bool // what is remembered of them
}

var _ delivery.Destination = (*Reference)(nil)

// NewReference returns a Reference with empty storage.
func NewReference() *Reference {
	return &Reference{keys: map[string]bool{}, seen: map[string]bool{}}
}

// Write implements delivery.Destination.
func (r *Reference) Write(ctx context.Context, batch *delivery.Batch) error {
	for chunk, err := range batch.Chunks() {
		if err != nil {
			return fmt.Errorf("reading batch %s: %w", batch.ID, err)
		}
		if err := r.writeChunk(batch, chunk); err != nil {
			return failure.Wrap(failure.DestinationUnavailable, err, "writing batch "+batch.ID)
		}
		if err := batch.Wrote(ctx, chunk.Index); err != nil {
			return fmt.Errorf("recording chunk %d: %w", chunk.Index, err)
		}
	}
	return nil
}

// Probe implements delivery.Destination.
func (r *Reference) Probe(context.Context) error {
	err := r.Faults.Do(func() error { return nil })
	return failure.Wrap(failure.DestinationUnavailable, err, "probing the reference")
}

func (r *Reference) writeChunk(batch *delivery.Batch, chunk delivery.Chunk) error {
	key := fmt.Sprintf("%s/%d", batch.ID, chunk.Index)
	if batch.Adopted {
		there := false
		if err := r.Faults.Do(func() error { there = r.has(key); return nil }); err != nil || there {
			return err
		}
	}
	return r.Faults.Do(func() error { r.insert(key, rumtest.Rows(chunk.Events)); return nil })
}

func (r *Reference) has(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keys[key]
}

func (r *Reference) insert(key string, rows []rumtest.Row) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[key] {
		return
	}
	r.seen[key], r.keys[key] = true, true
	r.rows = append(r.rows, rows...)
}

// Subject is the destination as the suite takes it.
func (r *Reference) Subject() Subject {
	return Subject{
		Destination: r,
		ReadBack: func(testing.TB) []rumtest.Row {
			r.mu.Lock()
			defer r.mu.Unlock()
			return append([]rumtest.Row(nil), r.rows...)
		},
		Faults: &r.Faults,
		Forget: func(testing.TB) {
			r.mu.Lock()
			defer r.mu.Unlock()
			clear(r.seen)
		},
	}
}
