package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
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

// batch makes a batch of the objects, in their order.
func (h *Handler) batch(ctx context.Context, objects []*landing.Object, report *report) *Batch {
	return NewBatch(batchID(objects), func(yield func(Chunk, error) bool) {
		report.reset()
		r := reading{limits: h.Chunks, report: report, block: rum.NewBlock(), yield: yield}
		for i, o := range objects {
			more, err := r.object(ctx, o, i)
			if err != nil {
				yield(Chunk{}, err)
				return
			}
			if !more {
				return
			}
		}
		r.flush()
	})
}

// batchID is made of the members alone.
func batchID(objects []*landing.Object) string {
	h := sha256.New()
	for _, o := range objects {
		h.Write([]byte(o.Identity()))
		h.Write([]byte{0}) // no key of S3 has one
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// reading is one pass over a batch.
type reading struct {
	limits ChunkLimits
	report *report
	block  *rum.Block
	chunks int
	yield  func(Chunk, error) bool
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
			if r.full() && !r.flush() {
				return false, nil
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

// flush hands out the chunk, and says whether another one is wanted.
func (r *reading) flush() bool {
	if r.block.Len() == 0 {
		return true
	}
	more := r.yield(Chunk{Index: r.chunks, Events: r.block}, nil)
	r.chunks++
	r.block.Reset()
	return more
}
