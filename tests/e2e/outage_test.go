package e2e

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
)

// down is the destination that has the outage.
const down = "clickhouse"

// requireOutageSurvived: ClickHouse goes and comes back under load. Its breaker opens before a message is dead-lettered, the
// other destinations flow on, and everything that waited arrives.
func (p *pipeline) requireOutageSurvived(t *testing.T) {
	p.hurry(t, down, 30*time.Second) // after the outage its messages are to come again soon, and in it not three times
	began, before := p.happened.now(), p.flow(t)
	require.Equal(t, flow{"Enabled", 3}, before)

	end := p.outage(t)
	p.put(t, traffic("outage", 2, 6000, 60))
	await(t, "the breaker is open", func() (bool, any) {
		p.requireNoDeadLetters(t)
		now := p.flow(t)
		return now.state == "Disabled", now
	})
	require.Positive(t, p.happened.since(began, "-clickhouse-destination-down", "ALARM"))
	for _, name := range []string{"parquet", "json"} {
		await(t, name+" has taken everything", func() (bool, any) {
			depth := p.depths(t)[name]
			return depth == local.Depth{}, depth
		})
	}
	p.compare(t, "parquet", "json")
	require.Equal(t, "Disabled", p.flow(t).state)
	require.Positive(t, p.depths(t)[down].Queued)

	end()
	await(t, "the breaker is closed", func() (bool, any) {
		p.requireNoDeadLetters(t)
		now := p.flow(t)
		return now == before, now // half open, it makes two invocations at once
	})
	require.NoError(t, p.Drain(t.Context(), p.deployment, patience))
	p.requireNoDeadLetters(t)
	require.Zero(t, p.happened.since(began, "-dlq-depth", "ALARM"))
	p.requireConserved(t)
	p.compare(t, down)
	p.awaitSlack(t, ":red_circle: clickhouse: breaker-open (local)")
	p.awaitSlack(t, ":large_green_circle: Resolved: clickhouse: breaker-open (local)")
}

// flow is how the destination's messages flow.
type flow struct {
	state string
	most  int32 // invocations at once
}

func (p *pipeline) flow(t *testing.T) flow {
	t.Helper()
	id := p.deployment.Destinations[down].MappingID
	out, err := p.lambda.GetEventSourceMapping(t.Context(), &lambda.GetEventSourceMappingInput{UUID: &id})
	require.NoError(t, err)
	require.NotNil(t, out.ScalingConfig)
	return flow{*out.State, *out.ScalingConfig.MaximumConcurrency}
}
