package deliverytest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// direct are the scenarios that call the destination themselves.
var direct = []struct {
	name string
	run  func(tb testing.TB, h Harness) error
}{
	{"a batch written again", writtenAgain},
	{"every field at its limits", everyField},
	{"a chunk of many events", manyEvents},
	{"a batch written by several at once", writtenAtOnce},
	{"an empty batch", emptyBatch},
	{"a source that breaks off before any chunk", sourceBreaks},
	{"a storage that fails at any request", storageFails},
	{"a batch adopted with any of its chunks there", adoptedAnywhere},
	{"a chunk at a time in memory", boundedMemory},
	{"a probe", probed},
}

// sample is a batch of three chunks, and its events.
type sample struct {
	id     string
	chunks []*rum.Block
}

func newSample(tb testing.TB, s *source, sizes ...int) sample {
	tb.Helper()
	made := sample{id: fmt.Sprintf("%032x", s.made+1)}
	for _, n := range sizes {
		made.chunks = append(made.chunks, decode(tb, s.lines(n)))
	}
	return made
}

// batch is the batch from one of its chunks on. Before the chunk at which it breaks it ends with an error; it is whole
// when that is beyond the last.
func (s sample) batch(from, breaks int, adopted bool) *delivery.Batch {
	b := delivery.NewBatch(s.id, func(yield func(delivery.Chunk, error) bool) {
		for i, events := range s.chunks {
			if i == breaks {
				yield(delivery.Chunk{}, errSource)
				return
			}
			if i >= from && !yield(delivery.Chunk{Index: i, Events: events}, nil) {
				return
			}
		}
	})
	b.Adopted = adopted
	return b
}

func (s sample) whole(adopted bool) *delivery.Batch { return s.batch(0, len(s.chunks), adopted) }

func (s sample) rows() (all []rumtest.Row) {
	for _, b := range s.chunks {
		all = append(all, rumtest.Rows(b)...)
	}
	return all
}

var errSource = failure.New(failure.SourceUnavailable, "the source broke off (injected)")

// arrives writes a sample, and compares what is there with it.
func arrives(tb testing.TB, subject Subject, sample sample, adopted bool) error {
	tb.Helper()
	if err := subject.Destination.Write(tb.Context(), sample.whole(adopted)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return compare(sample.rows(), subject.ReadBack(tb))
}

func writtenAgain(tb testing.TB, h Harness) error {
	subject, sample := h.New(tb), newSample(tb, &source{}, 5, 4, 1)
	for _, adopted := range []bool{false, false, true, true} {
		if err := arrives(tb, subject, sample, adopted); err != nil {
			return err
		}
	}
	return nil
}

// everyField writes events that go to the limits of each field: what one loses of them, or mends.
func everyField(tb testing.TB, h Harness) error {
	limits := decode(tb, strings.Join(rumtest.Limits(), "\n"))
	return arrives(tb, h.New(tb), sample{id: fmt.Sprintf("%032x", 1), chunks: []*rum.Block{limits}}, false)
}

// manyEvents writes a chunk beyond the size of buffers, blocks and pages that a storage may have inside.
func manyEvents(tb testing.TB, h Harness) error {
	return arrives(tb, h.New(tb), newSample(tb, &source{}, 5000, 3), false)
}

func writtenAtOnce(tb testing.TB, h Harness) error {
	subject, sample := h.New(tb), newSample(tb, &source{}, 6, 6, 6)
	group, ctx := errgroup.WithContext(tb.Context())
	for i := range 4 {
		group.Go(func() error { return subject.Destination.Write(ctx, sample.whole(i > 0)) })
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return compare(sample.rows(), subject.ReadBack(tb))
}

func emptyBatch(tb testing.TB, h Harness) error {
	subject, sample := h.New(tb), newSample(tb, &source{})
	for _, adopted := range []bool{false, true} {
		if err := subject.Destination.Write(tb.Context(), sample.whole(adopted)); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return compare(nil, subject.ReadBack(tb))
}

func sourceBreaks(tb testing.TB, h Harness) error {
	var (
		subject = h.New(tb)
		events  source
		sent    []rumtest.Row
	)
	for breaks := range 3 {
		sample := newSample(tb, &events, 4, 4, 2)
		err := subject.Destination.Write(tb.Context(), sample.batch(0, breaks, false))
		if !errors.Is(err, errSource) || failure.CodeOf(err) != failure.SourceUnavailable {
			return fmt.Errorf("the source broke off before chunk %d, and Write says %w", breaks, errOr(err))
		}
		subject.forget(tb)
		if err := subject.Destination.Write(tb.Context(), sample.whole(true)); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		sent = append(sent, sample.rows()...)
		if err := compare(sent, subject.ReadBack(tb)); err != nil {
			return fmt.Errorf("after a source that broke off before chunk %d: %w", breaks, err)
		}
	}
	return nil
}

// storageFails has each request fail in turn, and with it all that follow: the request itself without effect, or with
// its answer lost.
func storageFails(tb testing.TB, h Harness) error {
	var (
		subject = h.New(tb)
		events  source
		sent    []rumtest.Row
	)
	for _, after := range []bool{false, true} {
		for at := 0; ; at++ {
			sample := newSample(tb, &events, 4, 4, 2)
			steps := newSteps(at)
			steps.after = after
			subject.Faults.set(steps.do)
			err := subject.Destination.Write(tb.Context(), sample.whole(false))
			subject.Faults.set(nil)
			if steps.was() && err == nil {
				return fmt.Errorf("%w: request %d failed, and Write says nothing", errWrong, at)
			}
			if steps.was() {
				subject.forget(tb)
				err = subject.Destination.Write(tb.Context(), sample.whole(true))
			}
			if err != nil {
				return fmt.Errorf("write: %w", err)
			}
			sent = append(sent, sample.rows()...)
			if err := compare(sent, subject.ReadBack(tb)); err != nil {
				return fmt.Errorf("after request %d failed (took effect: %t): %w", at, after, err)
			}
			if !steps.was() {
				break
			}
		}
	}
	return nil
}

// adoptedAnywhere has an attempt write any of the chunks, and the next one begin at any of those that are left.
func adoptedAnywhere(tb testing.TB, h Harness) error {
	var (
		subject = h.New(tb)
		events  source
		sent    []rumtest.Row
	)
	for there := range 4 {
		for from := range there + 1 {
			sample := newSample(tb, &events, 4, 3, 1)
			err := subject.Destination.Write(tb.Context(), sample.batch(0, there, false))
			if there < 3 && !errors.Is(err, errSource) {
				return fmt.Errorf("write %d chunks: %w", there, errOr(err))
			}
			subject.forget(tb)
			if err := subject.Destination.Write(tb.Context(), sample.batch(from, 3, true)); err != nil {
				return fmt.Errorf("write: %w", err)
			}
			sent = append(sent, sample.rows()...)
			if err := compare(sent, subject.ReadBack(tb)); err != nil {
				return fmt.Errorf("%d chunks there, adopted from chunk %d: %w", there, from, err)
			}
		}
	}
	return nil
}

// probed asks the destination whether it is well: before and after it has events, which stay as they are, and with a
// storage that fails.
func probed(tb testing.TB, h Harness) error {
	subject, sample := h.New(tb), newSample(tb, &source{}, 3)
	for range 2 {
		if err := subject.Destination.Probe(tb.Context()); err != nil {
			return fmt.Errorf("probe: %w", err)
		}
		if err := subject.Destination.Write(tb.Context(), sample.whole(false)); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if err := compare(sample.rows(), subject.ReadBack(tb)); err != nil {
			return err
		}
	}
	subject.Faults.set(newSteps(0).do)
	err := subject.Destination.Probe(tb.Context())
	subject.Faults.set(nil)
	if code := failure.CodeOf(err); code != failure.DestinationUnavailable {
		return fmt.Errorf("%w: the storage fails, and a probe says %w", errWrong, errOr(err))
	}
	return compare(sample.rows(), subject.ReadBack(tb))
}

// boundedMemory measures the heap from chunk to chunk. It grows at times for good, when a buffer or a worker is needed for the
// first time; whoever holds on to what was written grows in every third of the batch.
func boundedMemory(tb testing.TB, h Harness) error {
	const (
		chunks, rows = 121, 1000 // about 45 MB of JSON, and a tenth of that when it is compressed
		third        = (chunks - 1) / 3
		allowed      = 256 << 10 // in a third
	)
	var (
		events source
		held   [chunks]int64
	)
	block, destination := decode(tb, events.lines(rows)), h.Discarding(tb)
	err := destination.Write(tb.Context(), delivery.NewBatch(fmt.Sprintf("%032x", 1), func(yield func(delivery.Chunk, error) bool) {
		for i := range held {
			if held[i] = heap(); !yield(delivery.Chunk{Index: i, Events: block}, nil) {
				return
			}
		}
	}))
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if grown := min(held[third]-held[0], held[2*third]-held[third], held[3*third]-held[2*third]); grown > allowed {
		return fmt.Errorf("%w: the heap grows by %d bytes or more in %d chunks: %d", errWrong, grown, third, held)
	}
	return nil
}

// heap is what is in use, of which nothing can be let go.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools keep is let go by the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// errOr is an error to wrap where there ought to be one.
func errOr(err error) error {
	if err == nil {
		return errNothing
	}
	return err
}

var errNothing = errors.New("nothing is wrong")
