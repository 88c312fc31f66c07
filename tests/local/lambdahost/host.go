// Package lambdahost runs AWS Lambda functions on this machine: the very zips that were deployed, through the Lambda
// Runtime API, one process per concurrent execution environment; and it polls SQS for them as Lambda's event source
// mappings do. The front door tells it what was deployed.
package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Defaults of Options.
const (
	// DefaultInitTimeout is what AWS allows a function's initialisation.
	DefaultInitTimeout = 10 * time.Second
	// DefaultUnreservedConcurrency is the quota of a young AWS account, shared by all functions without a reservation.
	DefaultUnreservedConcurrency = 10
)

// Options configure New.
type Options struct {
	// Endpoint is the URL that functions and the pollers find AWS at.
	Endpoint string
	// Log receives the functions' output, each line under the function's name, and what happens to the pollers.
	// Nil drops it.
	Log io.Writer
	// OnLine is called with each line that a function prints, before the invocation that printed it returns.
	OnLine func(Line)
	// OnReport is called after each invocation.
	OnReport func(Report)
	// OnThrottle is called with a function's name each time that an invocation of it is refused for its concurrency.
	OnThrottle func(function string)
	// OnBatch is called after each batch that a mapping delivered, with what became of its messages.
	OnBatch func(Batch)
	// InitTimeout and UnreservedConcurrency: zero means the defaults above.
	InitTimeout           time.Duration
	UnreservedConcurrency int
	// AsyncRetryDelays are the waits before an asynchronous invocation that failed is tried again; nil means those of
	// AWS, one minute and two.
	AsyncRetryDelays []time.Duration
}

// Host runs functions and polls for them until Close.
type Host struct {
	options Options
	dir     string // unpacked code and the environments' temporary folders
	log     *logWriter
	queues  queueAPI

	mu         sync.Mutex
	stopping   bool // no new mappings
	closed     bool // no new invocations
	functions  map[string]*function
	unreserved int // invocations now running of functions without a reservation
	pollers    map[string]*poller
	alive      map[*environment]struct{} // processes, those at work included

	polling   sync.WaitGroup // pollers, also those that were replaced and finish what they have
	running   sync.WaitGroup // invocations
	processes sync.WaitGroup // environments
	closing   chan struct{}  // closed when Close begins
	kill      chan struct{}  // closed when there is no more waiting for invocations
}

// New makes a host without functions.
func New(o Options) (*Host, error) {
	if o.InitTimeout == 0 {
		o.InitTimeout = DefaultInitTimeout
	}
	if o.UnreservedConcurrency == 0 {
		o.UnreservedConcurrency = DefaultUnreservedConcurrency
	}
	if o.AsyncRetryDelays == nil {
		o.AsyncRetryDelays = []time.Duration{time.Minute, 2 * time.Minute}
	}
	dir, err := os.MkdirTemp("", "rumline-lambda-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the functions: %w", err)
	}
	return &Host{
		options:   o,
		dir:       dir,
		log:       newLogWriter(o.Log),
		queues:    newQueueClient(o.Endpoint),
		functions: map[string]*function{},
		pollers:   map[string]*poller{},
		alive:     map[*environment]struct{}{},
		closing:   make(chan struct{}),
		kill:      make(chan struct{}),
	}, nil
}

// Close stops polling, waits for the invocations under way until ctx ends, then ends every process. Messages whose
// invocation did not finish go back to their queue when their visibility timeout is over. It reports an error when it
// had to cut an invocation short.
func (h *Host) Close(ctx context.Context) error {
	h.mu.Lock()
	if h.stopping {
		h.mu.Unlock()
		return nil
	}
	h.stopping = true
	close(h.closing)
	for _, p := range h.pollers {
		p.stopSoon()
	}
	h.mu.Unlock()

	quiet := make(chan struct{})
	go func() {
		h.polling.Wait() // what the pollers have received is still delivered
		h.mu.Lock()
		h.closed = true
		h.mu.Unlock()
		h.running.Wait()
		close(quiet)
	}()
	var cut error
	select {
	case <-quiet:
	case <-ctx.Done():
		cut = fmt.Errorf("invocations were cut short: %w", context.Cause(ctx))
	}
	close(h.kill) // the environments end themselves; those at work fail their invocation
	h.retireAll()
	<-quiet
	h.processes.Wait()
	if err := os.RemoveAll(h.dir); err != nil {
		return errors.Join(cut, fmt.Errorf("remove the functions' folder: %w", err))
	}
	return cut
}

func (h *Host) retireAll() {
	h.mu.Lock()
	var idle []*environment
	for _, f := range h.functions {
		for _, v := range f.versions {
			idle = append(idle, v.retire()...)
		}
	}
	h.mu.Unlock()
	endAll(idle)
}
