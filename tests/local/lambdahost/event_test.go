package lambdahost

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEvent(t *testing.T) {
	const arn = "arn:aws:sqs:eu-west-1:123456789012:q"
	with, err := newMessage(types.Message{
		MessageId: aws.String("id-1"), ReceiptHandle: aws.String("rh-1"), Body: aws.String(`{"a":"<&>"}`),
		MD5OfBody: aws.String("md5"), MD5OfMessageAttributes: aws.String("md5a"),
		Attributes: map[string]string{"ApproximateReceiveCount": "2", "SentTimestamp": "1545082649183"},
		MessageAttributes: map[string]types.MessageAttributeValue{
			"text":  {DataType: aws.String("String"), StringValue: aws.String("")},
			"bytes": {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
		},
	}, arn)
	require.NoError(t, err)
	without, err := newMessage(types.Message{
		MessageId: aws.String("id-2"), ReceiptHandle: aws.String("rh-2"), Body: aws.String("b"), MD5OfBody: aws.String("md5"),
	}, arn)
	require.NoError(t, err)
	payload := event([]message{with, without})

	t.Run("the library reads it", func(t *testing.T) {
		var got events.SQSEvent
		require.NoError(t, json.Unmarshal(payload, &got))
		require.Len(t, got.Records, 2)
		m := got.Records[0]
		assert.Equal(t, `{"a":"<&>"}`, m.Body) //nolint:testifylint // byte for byte
		assert.Equal(t, "2", m.Attributes["ApproximateReceiveCount"])
		assert.Equal(t, "eu-west-1", m.AWSRegion)
		assert.Equal(t, arn, m.EventSourceARN)
		assert.Empty(t, *m.MessageAttributes["text"].StringValue)
		assert.Equal(t, []byte{0, 255}, m.MessageAttributes["bytes"].BinaryValue)
	})
	t.Run("the keys are Lambda's", func(t *testing.T) {
		var got struct{ Records []map[string]any }
		require.NoError(t, json.Unmarshal(payload, &got))
		assert.Equal(t, map[string]any{
			"messageId": "id-1", "receiptHandle": "rh-1", "body": `{"a":"<&>"}`, "md5OfBody": "md5",
			"md5OfMessageAttributes": "md5a", "eventSource": "aws:sqs", "eventSourceARN": arn, "awsRegion": "eu-west-1",
			"attributes": map[string]any{"ApproximateReceiveCount": "2", "SentTimestamp": "1545082649183"},
			"messageAttributes": map[string]any{
				"text": map[string]any{
					"stringValue": "", "dataType": "String", "stringListValues": []any{}, "binaryListValues": []any{},
				},
				"bytes": map[string]any{
					"binaryValue": "AP8=", "dataType": "Binary", "stringListValues": []any{}, "binaryListValues": []any{},
				},
			},
		}, got.Records[0])
		assert.NotContains(t, got.Records[1], "md5OfMessageAttributes")
		assert.Equal(t, map[string]any{}, got.Records[1]["messageAttributes"])
	})
}
