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
}

func newCounts() *counts { return &counts{sums: map[string]telemetry.Counts{}} }

func (c *counts) line(printed lambdahost.Line) {
	l, ok := telemetry.ParseLine([]byte(printed.Text))
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := c.sums[l.Destination]
	sum.Add(l.Counts)
	c.sums[l.Destination] = sum
}

// requireConserved: of the objects that were ever put and the records in them, each destination knows what became.
func (p *pipeline) requireConserved(t *testing.T) {
	t.Helper()
	p.counts.mu.Lock()
	defer p.counts.mu.Unlock()
	for destination := range p.deployment.Destinations {
		sum := p.counts.sums[destination]
		require.NoError(t, telemetry.Balance(sum, telemetry.Outside{Announced: p.announced}), destination)
		require.EqualValues(t, p.sent.Len(), sum.EventsWritten, destination)
	}
}
