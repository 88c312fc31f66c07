package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Batch is what became of a batch that a mapping received.
type Batch struct {
	Mapping, Function, QueueARN string
	RequestID                   string // of the invocation; empty if it was never admitted
	// Messages were received, Deleted are gone from the queue, the others come back.
	Messages, Deleted int
	Err               error
}

// poller moves a queue's messages through a function. One goroutine forms batches, as many as the concurrency allows
// deliver them: it takes a place first and receives then, so that no message waits, its visibility timeout running,
// for a function that is busy.
type poller struct {
	Mapping
	host   *Host
	before <-chan struct{} // the poller that this one replaces

	stop     chan struct{}
	stopOnce sync.Once
	done     chan struct{} // closed when it has delivered the last that it received
}

func (h *Host) newPoller(m Mapping, before <-chan struct{}) *poller {
	return &poller{Mapping: m, host: h, before: before, stop: make(chan struct{}), done: make(chan struct{})}
}

// stopSoon ends the receiving. What was received is still delivered.
func (p *poller) stopSoon() { p.stopOnce.Do(func() { close(p.stop) }) }

func (p *poller) run() {
	defer close(p.done)
	if p.before != nil {
		<-p.before
	}
	if !p.Enabled {
		return
	}
	q, err := newQueue(p.host.queues, p.host.options.Endpoint, p.QueueARN, func() string { return p.host.roleOf(p.FunctionARN) })
	if err != nil {
		p.logf("%v", err)
		return
	}
	// Receives and deletes are not broken off when the mapping stops, only when the host gives up waiting.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-p.host.kill:
			cancel()
		case <-ctx.Done():
		}
	}()
	p.poll(ctx, q)
}

func (p *poller) poll(ctx context.Context, q *queue) {
	concurrency := initialPollers
	if p.MaximumConcurrency > 0 {
		concurrency = p.MaximumConcurrency
	}
	places := make(chan struct{}, concurrency)
	g := &gatherer{receive: q.receive, size: p.BatchSize, window: p.Window, payload: maxPayload, stop: p.stop}
	var deliveries sync.WaitGroup
	defer deliveries.Wait()
	for {
		places <- struct{}{}
		batch, err := g.next(ctx)
		if err != nil {
			p.logf("%v", err)
		}
		switch {
		case len(batch) > 0:
			deliveries.Go(func() {
				defer func() { <-places }()
				p.deliver(ctx, q, batch)
			})
			continue
		case g.stopped():
			return
		case err != nil: // the queue is gone or not there yet, or SQS is down
			g.nap(time.Second)
		}
		<-places
	}
}

// deliver invokes the function and deletes what it has dealt with.
func (p *poller) deliver(ctx context.Context, q *queue, messages []message) {
	b := Batch{Mapping: p.UUID, Function: p.FunctionARN, QueueARN: p.QueueARN, Messages: len(messages)}
	result, err := p.invoke(ctx, q, event(messages))
	b.RequestID = result.Report.RequestID
	var handled []message
	if err == nil {
		handled, err = p.settle(result, messages)
	}
	if len(handled) > 0 {
		var deleteErr error
		b.Deleted, deleteErr = q.deleteAll(ctx, handled)
		err = errors.Join(err, deleteErr)
	}
	if err != nil {
		p.logf("%d of %d messages go back to the queue: %v", b.Messages-b.Deleted, b.Messages, err)
	}
	b.Err = err
	if p.host.options.OnBatch != nil {
		p.host.options.OnBatch(b)
	}
}

// settle says which messages are to be deleted. The others are left alone: they come back when their visibility
// timeout is over. The error is that of a batch which failed as a whole.
func (p *poller) settle(result Result, messages []message) ([]message, error) {
	if result.FunctionError != "" {
		return nil, fmt.Errorf("the function failed: %s", result.Payload)
	}
	if !p.ReportBatchItemFailures {
		return messages, nil
	}
	failed, err := failedItems(result.Payload, messages)
	if err != nil {
		return nil, err
	}
	var handled []message
	for _, m := range messages {
		if !failed[m.id] {
			handled = append(handled, m)
		}
	}
	return handled, nil
}

// invoke tries a throttled batch again, as Lambda does, until the messages' visibility timeout is over: then they are
// another receiver's. So a throttled batch costs its messages one receive of their maxReceiveCount, untried.
func (p *poller) invoke(ctx context.Context, q *queue, payload []byte) (Result, error) {
	received := time.Now()
	var visibility time.Duration
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		result, err := p.host.Invoke(Request{Function: p.FunctionARN, Payload: payload}) //nolint:contextcheck // a function runs on
		if _, throttled := errors.AsType[*ThrottledError](err); !throttled {
			return result, err
		}
		if visibility == 0 {
			var askErr error
			if visibility, askErr = q.visibility(ctx); askErr != nil {
				return Result{}, errors.Join(err, askErr)
			}
		}
		if time.Since(received)+pause >= visibility || !p.host.pause(pause) {
			return Result{}, err
		}
	}
}

func (p *poller) logf(format string, args ...any) {
	name, _ := ParseName(p.FunctionARN)
	p.host.log.printf(name, "event source mapping: %s", fmt.Sprintf(format, args...))
}
