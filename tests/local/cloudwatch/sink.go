package cloudwatch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// putter is what a sink needs of CloudWatch.
type putter interface {
	PutMetricData(context.Context, *cw.PutMetricDataInput, ...func(*cw.Options)) (*cw.PutMetricDataOutput, error)
}

// batchSize is how many data go out in a request. CloudWatch takes 1,000.
const batchSize = 500

// putTimeout bounds a request, so that a flush always ends.
const putTimeout = 30 * time.Second

// sink sends data in the background, in their order, several at a time. Whoever has some never waits.
type sink struct {
	client putter
	failed func(error)

	mu      sync.Mutex
	moved   *sync.Cond // a batch was sent, or there is something to do
	waiting []Datum
	sending bool
	stopped bool
	done    chan struct{}
}

// newSink returns a running sink. failed is told of each batch that could not be sent; it is lost.
func newSink(client putter, failed func(error)) *sink {
	s := &sink{client: client, failed: failed, done: make(chan struct{})}
	s.moved = sync.NewCond(&s.mu)
	go s.run()
	return s
}

// add queues data. What comes after the stop is dropped.
func (s *sink) add(data ...Datum) {
	if len(data) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return
	}
	s.waiting = append(s.waiting, data...)
	s.moved.Broadcast()
}

// flush waits until everything that was added before is sent, or ctx ends.
func (s *sink) flush(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.moved.Broadcast()
	})
	defer stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.waiting) > 0 || s.sending {
		if ctx.Err() != nil {
			return fmt.Errorf("flush the metrics: %w", context.Cause(ctx))
		}
		s.moved.Wait()
	}
	return nil
}

// stop sends what is left and ends.
func (s *sink) stop(ctx context.Context) error {
	s.mu.Lock()
	s.stopped = true
	s.moved.Broadcast()
	s.mu.Unlock()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("metrics are left"), context.Cause(ctx))
	}
}

func (s *sink) run() {
	defer close(s.done)
	for {
		batch := s.next()
		if batch == nil {
			return
		}
		s.send(batch)
		s.mu.Lock()
		s.sending = false
		s.moved.Broadcast()
		s.mu.Unlock()
	}
}

// next waits for data and takes the first of them that go into one request: those of one namespace.
func (s *sink) next() []Datum {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.waiting) == 0 {
		if s.stopped {
			return nil
		}
		s.moved.Wait()
	}
	n := 1
	for n < min(len(s.waiting), batchSize) && s.waiting[n].Namespace == s.waiting[0].Namespace {
		n++
	}
	batch := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	s.sending = true
	return batch
}

func (s *sink) send(batch []Datum) {
	ctx, cancel := context.WithTimeout(context.Background(), putTimeout)
	defer cancel()
	in := &cw.PutMetricDataInput{Namespace: &batch[0].Namespace, MetricData: make([]types.MetricDatum, len(batch))}
	for i, d := range batch {
		in.MetricData[i] = d.request()
	}
	if _, err := s.client.PutMetricData(ctx, in); err != nil {
		s.failed(fmt.Errorf("put %d metrics of %s: %w", len(batch), *in.Namespace, err))
	}
}
