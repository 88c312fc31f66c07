package deliverytest

import (
	"context"
	"testing"

	"github.com/rumline/rumline/shared/delivery"
)

var reference = Harness{
	New:        func(testing.TB) Subject { return NewReference().Subject() },
	Discarding: func(testing.TB) delivery.Destination { return discard{} },
}

// discard reads a batch and keeps nothing of it.
type discard struct{}

// Write implements delivery.Destination.
func (discard) Write(ctx context.Context, batch *delivery.Batch) error {
	for chunk, err := range batch.Chunks() {
		if err != nil {
			return err
		}
		if err := batch.Wrote(ctx, chunk.Index); err != nil {
			return err
		}
	}
	return nil
}

// Probe implements delivery.Destination.
func (discard) Probe(context.Context) error { return nil }

func TestReference(t *testing.T) { Run(t, reference) }
