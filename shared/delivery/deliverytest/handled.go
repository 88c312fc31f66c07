package deliverytest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// handled are the scenarios that go through the handler.
var handled = []struct {
	name string
	run  func(*world) error
}{
	{"messages delivered again", deliveredAgain},
	{"messages delivered to several at once", deliveredAtOnce},
	{"other company after a failure", otherCompany},
	{"a worker that crashes at any request", crashes},
	{"a worker that is overtaken at any request", overtaken},
	{"nothing to deliver", nothing},
	{"poison lines", poison},
	{"a storage that is down for a while", downForAWhile},
	{"an object that is missing", missing},
	{"an adopted batch that cannot be read any more", unreadable},
	{"progress of a long batch", progress},
}

func deliveredAgain(w *world) error {
	messages := []events.SQSMessage{w.send(3), w.send(6), w.send(1)}
	for range 3 {
		if err := w.drain(messages...); err != nil {
			return err
		}
		w.subject.forget(w.tb)
		if err := w.check(); err != nil {
			return err
		}
		slices.Reverse(messages)
	}
	return nil
}

func deliveredAtOnce(w *world) error {
	for range 5 {
		messages := []events.SQSMessage{w.send(3), w.send(6), w.send(1), w.send(2)}
		var workers sync.WaitGroup
		for i := range 4 {
			worker := w.worker(nil)
			some := slices.Clone(messages[i%2 : 4-i/2]) // overlapping, and not alike
			workers.Go(func() { w.hand(worker, some...) })
		}
		workers.Wait()
		if err := w.drain(messages...); err != nil {
			return err
		}
		if err := w.check(); err != nil {
			return err
		}
	}
	return nil
}

// otherCompany: after a failure the messages come in other batches, with others.
func otherCompany(w *world) error {
	messages := []events.SQSMessage{w.send(3), w.send(5), w.send(2), w.send(4)}
	for at := range 3 {
		steps := newSteps(3 + at) // among the writes
		steps.after = true
		w.hand(w.worker(steps), messages...)
		w.subject.Faults.set(nil)
		w.subject.forget(w.tb)
		w.wait()
		w.hand(w.worker(nil), messages[1], w.send(1), messages[3])
	}
	if err := w.drain(append(messages, message("rum/00005.ndjson"), message("rum/00006.ndjson"), message("rum/00007.ndjson"))...); err != nil {
		return err
	}
	return w.check()
}

// crashes has a worker die at each of its requests in turn, before it takes effect and after.
func crashes(w *world) error {
	for _, after := range []bool{false, true} {
		for at := 0; ; at++ {
			messages := []events.SQSMessage{w.send(3, 1), w.send(5), w.send(2)}
			steps := newSteps(at)
			steps.after = after
			left := w.hand(w.worker(steps), messages...)
			w.subject.Faults.set(nil)
			if !steps.was() {
				if len(left) > 0 {
					return fmt.Errorf("%w: nothing failed, and %d messages are not acknowledged", errWrong, len(left))
				}
				break
			}
			if at%2 == 0 {
				w.subject.forget(w.tb)
			}
			if err := w.drain(append(messages, w.send(1))...); err != nil {
				return fmt.Errorf("after a crash at request %d (took effect: %t): %w", at, after, err)
			}
			if err := w.check(); err != nil {
				return fmt.Errorf("after a crash at request %d (took effect: %t): %w", at, after, err)
			}
		}
	}
	return w.check()
}

// overtaken has a worker wait at each of its requests in turn until its leases are over and another has done its work,
// and then go on.
func overtaken(w *world) error {
	for at := 0; ; at++ {
		messages := []events.SQSMessage{w.send(3), w.send(4, 0)}
		steps := newSteps(at)
		steps.wait = make(chan struct{})
		slow := w.worker(steps)
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.hand(slow, messages...)
		}()
		select {
		case <-steps.reached:
		case <-done:
			w.subject.Faults.set(nil)
			return w.check()
		}
		err := w.drain(append(messages, w.send(1))...)
		close(steps.wait)
		<-done
		w.subject.Faults.set(nil)
		if err == nil {
			err = w.drain(messages...)
		}
		if err == nil {
			err = w.check()
		}
		if err != nil {
			return fmt.Errorf("after a worker waited at request %d: %w", at, err)
		}
	}
}

func nothing(w *world) error {
	if err := w.drain(); err != nil {
		return err
	}
	if err := w.drain(w.put(""), w.put("\n\n"), w.send(0, 0)); err != nil {
		return err
	}
	return w.check()
}

func poison(w *world) error {
	if err := w.drain(w.send(5, 0), w.send(5, 2), w.send(5, 5), w.send(5, 0, 1, 2, 3, 4, 5), w.send(0, 0)); err != nil {
		return err
	}
	return w.check()
}

func downForAWhile(w *world) error {
	messages := []events.SQSMessage{w.send(3, 1), w.send(5)}
	w.subject.Faults.set(allFail)
	for range 3 {
		w.wait()
		if left := w.hand(w.worker(nil), messages...); len(left) != len(messages) {
			return fmt.Errorf("%w: the storage is down, and %d of %d messages are acknowledged", errWrong, len(messages)-len(left), len(messages))
		}
	}
	w.subject.Faults.set(nil)
	w.subject.forget(w.tb)
	if err := w.drain(messages...); err != nil {
		return err
	}
	return w.check()
}

func missing(w *world) error {
	late := w.send(3)
	body := w.take(late.MessageId)
	there := w.send(4)
	for range 2 {
		w.wait()
		left := w.hand(w.worker(nil), late, there)
		if len(left) != 1 || left[0].MessageId != late.MessageId {
			return fmt.Errorf("%w: an object is missing, and of two messages %d are not acknowledged", errWrong, len(left))
		}
	}
	w.replace(late.MessageId, body)
	if err := w.drain(late, there); err != nil {
		return err
	}
	return w.check()
}

// unreadable: what of the batch is there cannot be told, so nothing but the whole of it will do.
func unreadable(w *world) error {
	for at := range 3 {
		messages := []events.SQSMessage{w.send(3), w.send(6), w.send(3)}
		steps := newSteps(3 + at) // among the writes
		w.hand(w.worker(steps), messages...)
		w.subject.Faults.set(nil)
		body := w.take(messages[1].MessageId)
		// Requests are counted and not events: what the first worker had under way when it died may take effect only now.
		var requests atomic.Int64
		w.subject.Faults.set(func(request func() error) error {
			requests.Add(1)
			return request()
		})
		for range 2 {
			w.wait()
			if left := w.hand(w.worker(nil), messages...); len(left) != len(messages) {
				return fmt.Errorf("%w: a member cannot be read, and %d messages are acknowledged", errWrong, len(messages)-len(left))
			}
		}
		w.subject.Faults.set(nil)
		if n := requests.Load(); n > 0 {
			return fmt.Errorf("%w: a member cannot be read, and %d requests went to the destination", errWrong, n)
		}
		w.replace(messages[1].MessageId, body)
		w.subject.forget(w.tb)
		if err := w.drain(messages...); err != nil {
			return err
		}
		if err := w.check(); err != nil {
			return err
		}
	}
	return nil
}

// take removes an object and returns its body.
func (w *world) take(key string) string {
	out, err := w.s3.GetObject(w.tb.Context(), &s3.GetObjectInput{Bucket: aws.String(rawBucket), Key: &key})
	require.NoError(w.tb, err)
	body, err := io.ReadAll(out.Body)
	require.NoError(w.tb, err)
	_, err = w.s3.DeleteObject(w.tb.Context(), &s3.DeleteObjectInput{Bucket: aws.String(rawBucket), Key: &key})
	require.NoError(w.tb, err)
	return string(body)
}

// progress: whatever the ledger takes for written is there when it is told so, and is not written again.
func progress(w *world) error {
	const chunks = 20
	var wrong error
	recorded := 0
	w.store = watchedStore{Store: w.store, advanced: func(n int) {
		recorded = max(recorded, n)
		got := w.subject.ReadBack(w.tb)
		if missing := without(w.sent[:min(len(w.sent), n*w.limits.Rows)], got); missing > 0 && wrong == nil {
			wrong = fmt.Errorf("%w: %d chunks are recorded as written, and %d of their events are not there", errWrong, n, missing)
		}
	}}
	m := w.send(chunks * w.limits.Rows)
	for range 3 {
		failing := &countdown{left: chunks}
		w.subject.Faults.set(failing.do)
		w.wait()
		w.hand(w.worker(nil), m)
		w.subject.Faults.set(nil)
	}
	if wrong != nil {
		return wrong
	}
	if recorded == 0 {
		return fmt.Errorf("%w: no progress was recorded", errWrong)
	}
	if err := w.drain(m); err != nil {
		return err
	}
	return w.check()
}

// countdown is a storage that fails after so many requests.
type countdown struct {
	mu   sync.Mutex
	left int
}

func (c *countdown) do(request func() error) error {
	c.mu.Lock()
	c.left--
	over := c.left < 0
	c.mu.Unlock()
	if over {
		return errStorage
	}
	return request()
}

// without counts the rows that are not among others.
func without(rows, others []rumtest.Row) (missing int) {
	there := make(map[string]bool, len(others))
	for _, r := range others {
		there[text(r)] = true
	}
	for _, r := range rows {
		if !there[text(r)] {
			missing++
		}
	}
	return missing
}

// watchedStore tells of progress before it is recorded.
type watchedStore struct {
	ledger.Store
	advanced func(chunks int)
}

// Advance implements ledger.Store.
func (s watchedStore) Advance(ctx context.Context, from, to ledger.Record) (ledger.Record, error) {
	if to.Chunks > from.Chunks {
		s.advanced(to.Chunks)
	}
	return s.Store.Advance(ctx, from, to)
}
