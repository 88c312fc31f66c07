package lambdahost

import (
	"context"
	"sync"
	"time"
)

const (
	// receiveMax is the most messages that one SQS receive returns.
	receiveMax = 10
	// longPoll is how long a receive waits for the first message. AWS takes 20 s; a mapping that is to stop waits for
	// it to end, since a receive that is broken off may have taken messages.
	longPoll = time.Second
	// parallelReceives bounds the receives for one batch that go on at once while there is a backlog.
	parallelReceives = 4
	// nap is the pause between receives that are too near the end of the window to be long polls.
	nap = 50 * time.Millisecond
)

// gatherer forms batches from receives, by count, time and payload size.
type gatherer struct {
	receive func(ctx context.Context, limit int, wait time.Duration) ([]message, error)
	size    int
	window  time.Duration
	payload int // bytes of an event
	// stop ends the waiting: what was received by then is the batch.
	stop <-chan struct{}

	carried []message // received, but too large for the batch before
}

// next returns the next batch, an empty one if there was nothing for the time of a long poll. A batch is closed at
// the first of: size messages, the window's time since the first message, an event that would grow too large. With
// an error there may still be messages, which must be delivered.
func (g *gatherer) next(ctx context.Context) ([]message, error) {
	b := &batch{payload: g.payload - envelopeSize}
	received, err := g.carried, error(nil)
	g.carried = nil
	if len(received) == 0 {
		if g.stopped() {
			return nil, nil
		}
		received, err = g.receive(ctx, min(g.size, receiveMax), longPoll)
	}
	g.carried = b.take(received, g.size)
	if err != nil || len(b.messages) == 0 {
		return b.messages, err
	}
	closes := time.Now().Add(g.window)
	backlog := len(received) >= receiveMax
	for len(b.messages) < g.size && len(g.carried) == 0 && !g.stopped() {
		left := time.Until(closes)
		if left <= 0 {
			break
		}
		received, err = g.round(ctx, g.size-len(b.messages), left, backlog)
		g.carried = b.take(received, g.size)
		if err != nil {
			return b.messages, err
		}
		backlog = len(received) >= receiveMax
	}
	return b.messages, nil
}

// round receives at most need messages, several at once if there is a backlog. In an idle queue several receives
// would only wait for each other.
func (g *gatherer) round(ctx context.Context, need int, left time.Duration, backlog bool) ([]message, error) {
	wait := min(left.Truncate(time.Second), longPoll) // SQS counts whole seconds
	receives := 1
	if backlog {
		receives, wait = min((need+receiveMax-1)/receiveMax, parallelReceives), 0
	}
	var (
		mu       sync.Mutex
		group    sync.WaitGroup
		received []message
		failure  error
	)
	for i := range receives {
		group.Go(func() {
			got, err := g.receive(ctx, min(need-i*receiveMax, receiveMax), wait)
			mu.Lock()
			defer mu.Unlock()
			received = append(received, got...)
			if err != nil {
				failure = err
			}
		})
	}
	group.Wait()
	if len(received) == 0 && wait == 0 && !backlog {
		g.nap(min(left, nap))
	}
	return received, failure
}

func (g *gatherer) nap(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-g.stop:
	}
}

func (g *gatherer) stopped() bool {
	select {
	case <-g.stop:
		return true
	default:
		return false
	}
}

// batch is a batch in the making.
type batch struct {
	messages []message
	payload  int // bytes that are left for records
}

// take adds messages up to the limits and returns those that are too many. The first always fits: a message is
// smaller than an event.
func (b *batch) take(received []message, size int) (rest []message) {
	for i, m := range received {
		cost := len(m.record) + 1 // the comma
		if len(b.messages) > 0 && (cost > b.payload || len(b.messages) == size) {
			return received[i:]
		}
		b.messages = append(b.messages, m)
		b.payload -= cost
	}
	return nil
}
