package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
)

// requireReplayedByItself: dead letters are seen to without hands, and people hear of it.
func (p *pipeline) requireReplayedByItself(t *testing.T) {
	const dest, n = "json", 6
	p.hurry(t, dest, 3*time.Second)
	began := p.happened.now()
	p.send(t, dest, malformed(n)) // at once: they die at once
	await(t, "a replay has come and gone", func() (bool, any) {
		return p.happened.since(began, ":rumline-local-replay", "SUCCEEDED") > 0, p.depths(t)[dest]
	})
	p.requireNoDeadLetters(t)
	require.Len(t, p.parked(t, dest), n)
	for _, one := range p.parked(t, dest) {
		require.Equal(t, failure.MalformedMessage, one.Code)
	}
	require.Empty(t, p.reasons(t, dest))
	require.Equal(t, 1, p.happened.since(began, "-json-dlq-depth", "ALARM"))
	p.awaitSlack(t, ":red_circle: json: dlq-depth (local)")
	p.awaitSlack(t, ":large_green_circle: Replay of json: complete (local)")
	p.awaitSlack(t, ":large_green_circle: Resolved: json: dlq-depth (local)")
	require.Zero(t, p.happened.since(0, "-replay-gave-up", "ALARM"))
	p.requireConserved(t)
}
