package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/failure"
)

// requireReplayedByItself: dead letters are seen to without hands, and people hear of it. That the replay before was broken off holds
// nothing up.
func (p *pipeline) requireReplayedByItself(t *testing.T) {
	const dest, n = "json", 6
	p.hurry(t, dest, 3*time.Second)
	p.abandonReplay(t, dest)
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

// abandonReplay leaves the destination's replay in the hands of an execution that is no more.
func (p *pipeline) abandonReplay(t *testing.T, destination string) {
	t.Helper()
	config, err := p.Config(t.Context())
	require.NoError(t, err)
	deployed, err := deployment.Load(t.Context(), ssm.NewFromConfig(config), p.deployment.Workspace)
	require.NoError(t, err)
	owner := strings.Replace(deployed.ReplayStateMachine, ":stateMachine:", ":execution:", 1) + ":gone"
	_, err = dynamodb.NewFromConfig(config).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: &deployed.LedgerTable, ConditionExpression: aws.String("attribute_not_exists(#owner)"),
		ExpressionAttributeNames: map[string]string{"#owner": "owner"},
		Item: map[string]types.AttributeValue{
			"id": &types.AttributeValueMemberS{Value: "replay#" + destination}, "owner": &types.AttributeValueMemberS{Value: owner},
		},
	})
	require.NoError(t, err)
}
