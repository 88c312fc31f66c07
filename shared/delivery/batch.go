package delivery

import (
	"context"
	"errors"
	"io"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/rum"
)

// ChunkLimits says where a batch is cut: a chunk ends with the first event that reaches a limit. The events alone
// decide, so the same batch is cut at the same places whenever it is read.
type ChunkLimits struct {
	// Rows is the largest number of events.
	Rows int
	// Bytes is the size of the events as JSON.
	Bytes int
}

// batch makes the batch of the objects, in their order. Its chunks begin with the first that the ledger does not know to
// be written; those before it are read all the same, since nothing else tells where they end.
func (i *invocation) batch(ctx context.Context, held *ledger.Batch, objects []*landing.Object, report *report) *Batch {
	chunks := func(yield func(Chunk, error) bool) {
		report.reset()
		r := reading{limits: i.Chunks, report: report, block: rum.NewBlock(), yield: yield, written: held.Written()}
		for n, o := range objects {
			more, err := r.object(ctx, o, n)
			if err != nil {
				yield(Chunk{}, err)
				return
			}
			if !more {
				return
			}
		}
		if _, err := r.flush(ctx); err != nil {
			yield(Chunk{}, err)
		}
	}
	wrote := func(ctx context.Context, chunk int) error { return held.Wrote(ctx, chunk+1) }
	return &Batch{ID: held.ID, Adopted: held.Adopted, chunks: chunks, wrote: wrote}
}

// reading is one pass over a batch.
type reading struct {
	limits ChunkLimits
	report *report
	block  *rum.Block
	chunks int
	yield  func(Chunk, error) bool
	// written chunks are not handed out.
	written int
	pace    pace
}

// object reads one object into chunks, and says whether the destination wants more.
func (r *reading) object(ctx context.Context, o *landing.Object, member int) (more bool, err error) {
	document, err := o.Open(ctx)
	if err != nil {
		return false, err
	}
	defer func() {
		// What was read is whole: S3's streams are checked against their length, so there is nothing that closing
		// one could still say of it.
		_ = document.Close()
	}()
	decoder := rum.NewDecoder(document, o.String())
	defer func() { r.report.cut(decoder.ExtraCut()) }()
	for {
		err := decoder.Next(r.block)
		var rejected *rum.Rejected
		switch {
		case err == nil:
			r.report.event()
			if r.full() {
				if more, err := r.flush(ctx); !more || err != nil {
					return false, err
				}
			}
		case errors.As(err, &rejected):
			r.report.reject(member, rejected)
		case errors.Is(err, io.EOF):
			return true, nil
		default:
			return false, failure.Wrap(failure.Internal, err, "read "+o.String())
		}
	}
}

func (r *reading) full() bool {
	return r.block.Len() >= r.limits.Rows || r.block.Bytes() >= r.limits.Bytes
}

// flush hands out the chunk, and says whether another one is wanted. Its error says that there is no time for it.
func (r *reading) flush(ctx context.Context) (more bool, err error) {
	if r.block.Len() == 0 {
		return true, nil
	}
	more = true
	if r.chunks >= r.written {
		if err := r.pace.next(ctx); err != nil {
			return false, err
		}
		more = r.yield(Chunk{Index: r.chunks, Events: r.block}, nil)
	}
	r.chunks++
	r.block.Reset()
	return more, nil
}
