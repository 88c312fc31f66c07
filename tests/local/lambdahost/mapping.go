package lambdahost

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Limits and defaults of an SQS event source mapping, as AWS documents them.
const (
	defaultBatchSize = 10
	maxBatchSize     = 10_000
	maxWindow        = 300 * time.Second
	minConcurrency   = 2
	maxConcurrency   = 1000
	// initialPollers is the concurrency that a mapping without a maximum starts with. AWS adds more while a backlog
	// lasts; on one machine that would gain nothing.
	initialPollers = 5
)

// Mapping is an event source mapping from an SQS queue to a function.
type Mapping struct {
	UUID string
	// FunctionARN may end in a version or an alias.
	FunctionARN, QueueARN string
	Enabled               bool
	BatchSize             int // messages; zero means 10
	Window                time.Duration
	MaximumConcurrency    int // zero means none
	// ReportBatchItemFailures lets the function hand back single messages.
	ReportBatchItemFailures bool
}

// Validate refuses what AWS refuses, and queues that the host cannot poll.
func (m Mapping) Validate() error {
	switch {
	case strings.HasSuffix(m.QueueARN, ".fifo"), !strings.Contains(m.QueueARN, ":sqs:"):
		return fmt.Errorf("event source %s: the local Lambda host polls standard SQS queues only", m.QueueARN)
	case m.BatchSize < 0, m.BatchSize > maxBatchSize:
		return fmt.Errorf("batch size %d is not within 1 and %d", m.BatchSize, maxBatchSize)
	case m.Window < 0, m.Window > maxWindow:
		return fmt.Errorf("maximum batching window %s is not within 0 and %s", m.Window, maxWindow)
	case m.BatchSize > defaultBatchSize && m.Window < time.Second:
		return errors.New("maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	case m.MaximumConcurrency != 0 && (m.MaximumConcurrency < minConcurrency || m.MaximumConcurrency > maxConcurrency):
		return fmt.Errorf("maximum concurrency %d is not within %d and %d", m.MaximumConcurrency, minConcurrency, maxConcurrency)
	}
	return nil
}

// Map creates the mapping or replaces the one with its UUID. A replaced one first delivers what it has received; a
// disabled one polls no more.
func (h *Host) Map(m Mapping) error {
	if err := m.Validate(); err != nil {
		return err
	}
	if m.BatchSize == 0 {
		m.BatchSize = defaultBatchSize
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopping {
		return errClosed
	}
	var before <-chan struct{}
	if old := h.pollers[m.UUID]; old != nil {
		old.stopSoon()
		before = old.done
	}
	p := h.newPoller(m, before)
	h.pollers[m.UUID] = p
	h.polling.Go(p.run)
	return nil
}

// Draining says whether a disabled mapping is still delivering what it had received: Lambda's state "Disabling".
func (h *Host) Draining(uuid string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.pollers[uuid]
	if p == nil || p.Enabled {
		return false
	}
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Unmap removes a mapping. What it had received is still delivered.
func (h *Host) Unmap(uuid string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.pollers[uuid]; p != nil {
		delete(h.pollers, uuid)
		p.stopSoon()
	}
}
