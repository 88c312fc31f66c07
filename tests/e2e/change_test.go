package e2e

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"
)

// What tests change of what Terraform made they change back: its second plan has to have nothing to do.

// hurry sets how soon a destination's messages come again, until the test is over.
func (p *pipeline) hurry(t *testing.T, destination string, visibility time.Duration) {
	t.Helper()
	const name = types.QueueAttributeNameVisibilityTimeout
	url := p.deployment.Destinations[destination].QueueURL
	out, err := p.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{name}})
	require.NoError(t, err)
	set := func(ctx context.Context, value string) {
		_, err := p.sqs.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{string(name): value}})
		require.NoError(t, err)
	}
	set(t.Context(), strconv.Itoa(int(visibility.Seconds())))
	t.Cleanup(func() { set(context.WithoutCancel(t.Context()), out.Attributes[string(name)]) })
}

// disarm has nothing done about a destination's failures by itself, until the test is over.
func (p *pipeline) disarm(t *testing.T, destination string) {
	t.Helper()
	prefix := "rumline-" + p.deployment.Workspace + "-"
	for _, rule := range []string{prefix + "replay-" + destination, prefix + destination + "-breaker"} {
		_, err := p.rules.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: &rule})
		require.NoError(t, err)
		t.Cleanup(func() {
			_, err := p.rules.EnableRule(context.WithoutCancel(t.Context()), &eventbridge.EnableRuleInput{Name: &rule})
			require.NoError(t, err)
		})
	}
}

// outage kills ClickHouse. It is there again when the test is over, or when the returned function was called.
func (p *pipeline) outage(t *testing.T) (end func()) {
	t.Helper()
	require.NoError(t, p.stack.StartOutage())
	end = func() { require.NoError(t, p.stack.EndOutage(context.WithoutCancel(t.Context()))) }
	t.Cleanup(end)
	return end
}
