package localaws_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type snsEvent = events.SNSEvent

func snsAttributes(name, value string) map[string]snstypes.MessageAttributeValue {
	return map[string]snstypes.MessageAttributeValue{name: {DataType: aws.String("String"), StringValue: &value}}
}

// topicTo makes a topic with a subscriber.
func topicTo(t *testing.T, subscriber, protocol string) string {
	t.Helper()
	topic, err := topics().CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("topic-" + strconv.Itoa(int(sequence.Add(1))))})
	require.NoError(t, err)
	_, err = topics().Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: &protocol, Endpoint: &subscriber})
	require.NoError(t, err)
	return *topic.TopicArn
}

// machine makes a state machine.
func machine(t *testing.T, definition string) string {
	t.Helper()
	arn, ok := states(t, "CreateStateMachine", map[string]any{
		"name": "machine-" + strconv.Itoa(int(sequence.Add(1))), "definition": definition, "roleArn": role,
	})["stateMachineArn"].(string)
	require.True(t, ok)
	return arn
}

// finished waits for the end of an execution, and describes it.
func finished(t *testing.T, execution any) (out map[string]any) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		out = states(t, "DescribeExecution", map[string]any{"executionArn": execution})
		require.NotEqual(c, "RUNNING", out["status"], "%v", out)
	}, patient, 50*time.Millisecond)
	return out
}
