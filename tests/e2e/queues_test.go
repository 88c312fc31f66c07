package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
)

func (p *pipeline) depths(t *testing.T) map[string]local.Depth {
	t.Helper()
	depths, err := p.Depths(t.Context(), p.deployment)
	require.NoError(t, err)
	return depths
}

func (p *pipeline) requireNoDeadLetters(t *testing.T) {
	t.Helper()
	for name, depth := range p.depths(t) {
		require.Zero(t, depth.Dead, "dead letters of %s", name)
	}
}

// awaitDead waits until a destination has so many dead letters, and nothing else.
func (p *pipeline) awaitDead(t *testing.T, destination string, n int) {
	t.Helper()
	await(t, fmt.Sprintf("%s has %d dead letters, and an empty queue", destination, n), func() (bool, any) {
		depth := p.depths(t)[destination]
		return depth == local.Depth{Dead: n}, depth
	})
}
