package delivery

import (
	"context"
	"encoding/json"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/quarantine"
)

// ChunkLimits says where a batch is cut: a chunk ends with the first event that reaches a limit. The events alone
// decide, so the same batch is cut at the same places whenever it is read.
type ChunkLimits struct {
	// Rows is the largest number of events.
	Rows int `json:"rows"`
	// Bytes is the size of the events as JSON.
	Bytes int `json:"bytes"`
}

// plan is the limits as the ledger keeps them with a batch.
func (l ChunkLimits) plan() string {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // two numbers
	}
	return string(text)
}

// limitsOf returns the limits that a batch was recorded with: it is cut by them for good, whatever the function's are
// by now. Other chunks under the same names would be taken for those that are there.
func limitsOf(batch *ledger.Batch) (ChunkLimits, error) {
	var l ChunkLimits
	if err := json.Unmarshal([]byte(batch.Plan()), &l); err != nil {
		return l, failure.Wrap(failure.Internal, err, "read how batch "+batch.ID+" is cut")
	}
	return l, nil
}

// source is what a batch is read from.
type source struct {
	held    *ledger.Batch
	objects []*landing.Object
	limits  ChunkLimits
	report  *report
	spare   *spare
	// begin begins a pass of the quarantine.
	begin func() *quarantine.Pass
	// last is the last pass over the batch.
	last *reading
}

// batch is the batch as the destination sees it. Its chunks begin with the first that the ledger does not know to be
// written; those before it are read all the same, since nothing else tells where they end.
func (s *source) batch(ctx context.Context) *Batch {
	return &Batch{
		ID: s.held.ID, Adopted: s.held.Adopted,
		chunks: func(yield func(Chunk, error) bool) {
			s.report.reset(s.held.Written())
			s.last = newReading(s, yield)
			err := s.last.all(ctx, s.objects)
			if s.last.whole {
				s.spare.put(s.last.memory)
			}
			if err != nil {
				yield(Chunk{}, err)
			}
		},
		wrote: func(ctx context.Context, chunk int) error {
			s.report.wrote(chunk + 1)
			return s.held.Wrote(ctx, chunk+1)
		},
	}
}

// finish stores what was refused. It makes sure first that the destination has stored all that there was.
func (s *source) finish(ctx context.Context) error {
	if s.last == nil || !s.last.whole || s.report.stored != len(s.report.rows) {
		return failure.New(failure.Internal, "the destination has not stored all of batch %s", s.held.ID)
	}
	return s.last.refused.Flush(ctx)
}
