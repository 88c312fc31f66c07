package delivery

import (
	"context"
	"errors"
	"io"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/rum"
)

// reading is one pass over a batch: its objects one after the other, decoded into chunks, what is refused into
// quarantine.
type reading struct {
	limits  ChunkLimits
	report  *report
	refused *quarantine.Pass
	*memory
	yield func(Chunk, error) bool
	pace  pace
	// chunks counts those that were cut, of which the first written are not handed out.
	chunks, written int
	// whole says that the pass has come to its end.
	whole bool
}

func newReading(s *source, yield func(Chunk, error) bool) *reading {
	return &reading{
		limits: s.limits, report: s.report, refused: s.begin(), memory: s.spare.take(), yield: yield, written: s.held.Written(),
	}
}

// all reads all objects, as long as the destination wants more.
func (r *reading) all(ctx context.Context, objects []*landing.Object) error {
	next := newFetcher(ctx, objects)
	defer next.stop()
	for n, o := range objects {
		taken := next.take(n)
		more, err := r.object(ctx, taken)
		if taken != o { // it was fetched for this pass alone
			taken.Release()
		}
		if err != nil || !more {
			return err
		}
	}
	more, err := r.flush(ctx)
	r.whole = err == nil && more
	return err
}

// object reads one object into chunks, and says whether the destination wants more.
func (r *reading) object(ctx context.Context, o *landing.Object) (more bool, err error) {
	document, err := o.Open(ctx)
	if err != nil {
		return false, err
	}
	defer func() {
		// What was read is whole: S3's streams are checked against their length, so there is nothing that closing
		// one could still say of it.
		_ = document.Close()
	}()
	r.decoder.Reset(document, o.String())
	defer func() { r.report.cut(r.decoder.ExtraCut()) }()
	from := quarantine.Source{Bucket: o.Bucket, Key: o.Key, VersionID: o.VersionID, ETag: o.ETag}
	for {
		err := r.decoder.Next(r.block)
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
			r.report.reject(rejected)
			if err := r.refused.Add(ctx, from, rejected); err != nil {
				return false, err
			}
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
	r.report.chunk(r.block.Len())
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
