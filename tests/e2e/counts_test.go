package e2e

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/telemetry"
	"github.com/rumline/rumline/tests/local/lambdahost"
)

// counts are the metrics that the functions write, summed by destination.
type counts struct {
	mu   sync.Mutex
	sums map[string]telemetry.Counts
	// again is what was delivered once more, on purpose.
	again map[string]again
}

type again struct{ objects, events int64 }

func newCounts() *counts {
	return &counts{sums: map[string]telemetry.Counts{}, again: map[string]again{}}
}

func (c *counts) line(printed lambdahost.Line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	addLine(c.sums, printed.Text)
}

// addLine adds what a function has printed to the sums by destination, if it is an invocation's metrics.
func addLine(sums map[string]telemetry.Counts, text string) {
	if l, ok := telemetry.ParseLine([]byte(text)); ok {
		sum := sums[l.Destination]
		sum.Add(l.Counts)
		sums[l.Destination] = sum
	}
}

// requireConserved: of the objects that were ever put and the records in them, each destination knows what became.
func (p *pipeline) requireConserved(t *testing.T) {
	t.Helper()
	sums, err := p.sums(t.Context(), p.deployment)
	require.NoError(t, err)
	p.counts.mu.Lock()
	defer p.counts.mu.Unlock()
	for destination := range p.deployment.Destinations {
		sum := sums[destination]
		again := p.counts.again[destination]
		require.NoError(t, telemetry.Balance(sum, telemetry.Outside{Announced: p.announced + again.objects}), destination)
		require.Equal(t, int64(p.sent.Len())+again.events, sum.EventsWritten, destination)
	}
}

// repeat says that a destination will be given something once more, on purpose.
func (c *counts) repeat(destination string, more again) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.again[destination] = more
}
