package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/rumline/rumline/shared/replay"
)

// Invoker invokes functions.
type Invoker interface {
	Invoke(ctx context.Context, in *lambda.InvokeInput, opts ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

var _ Invoker = (*lambda.Client)(nil)

// maxPayload is what Lambda takes, in bytes.
const maxPayload = 6 << 20

// deliver invokes the destination's function as its queue does, and returns which letters it acknowledged and which not.
// When the function is throttled or fails, nothing is known of any of them.
func (s *Steps) deliver(ctx context.Context, t Target, letters []replay.Letter) (acknowledged, failed []replay.Letter, err error) {
	if len(letters) == 0 {
		return nil, nil, nil
	}
	payload, err := event(t.QueueARN, letters)
	if err != nil {
		return nil, nil, err
	}
	if half := len(letters) / 2; len(payload) > maxPayload && half > 0 {
		acknowledged, failed, err = s.deliver(ctx, t, letters[:half])
		if err != nil {
			return nil, nil, err
		}
		a, f, err := s.deliver(ctx, t, letters[half:])
		return append(acknowledged, a...), append(failed, f...), err
	}
	response, err := s.invoke(ctx, t.Function, payload)
	if err != nil {
		return nil, nil, err
	}
	batch := make(map[string]bool, len(letters))
	for _, l := range letters {
		batch[l.ID()] = true
	}
	items, err := failedItems(response, batch)
	if err != nil {
		s.Log.WarnContext(ctx, "the answer acknowledges nothing", "function", t.Function, "messages", len(letters), "error", err.Error())
		return nil, letters, nil
	}
	for _, l := range letters {
		if items[l.ID()] {
			failed = append(failed, l)
		} else {
			acknowledged = append(acknowledged, l)
		}
	}
	return acknowledged, failed, nil
}

func (s *Steps) invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	out, err := s.Functions.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: payload})
	if throttled, ok := errors.AsType[*types.TooManyRequestsException](err); ok {
		return nil, &stepError{typeFunctionThrottled, fmt.Errorf("invoke %s: %w", function, throttled)}
	}
	if err != nil {
		return nil, fmt.Errorf("invoke %s: %w", function, err)
	}
	if out.FunctionError != nil {
		return nil, &stepError{typeFunctionFailed, fmt.Errorf("%s failed: %s", function, cut(string(out.Payload)))}
	}
	return out.Payload, nil
}

// event is what a function gets from an event source mapping.
func event(queueARN string, letters []replay.Letter) ([]byte, error) {
	queue, err := arn.Parse(queueARN)
	if err != nil {
		return nil, fmt.Errorf("the queue's ARN: %w", err)
	}
	e := events.SQSEvent{Records: make([]events.SQSMessage, len(letters))}
	for i, l := range letters {
		m := l.Message
		e.Records[i] = events.SQSMessage{
			MessageId: aws.ToString(m.MessageId), ReceiptHandle: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body),
			Md5OfBody: aws.ToString(m.MD5OfBody), Md5OfMessageAttributes: aws.ToString(m.MD5OfMessageAttributes),
			Attributes: m.Attributes, MessageAttributes: make(map[string]events.SQSMessageAttribute, len(m.MessageAttributes)),
			EventSource: "aws:sqs", EventSourceARN: queueARN, AWSRegion: queue.Region,
		}
		for name, a := range m.MessageAttributes {
			e.Records[i].MessageAttributes[name] = events.SQSMessageAttribute{
				StringValue: a.StringValue, BinaryValue: a.BinaryValue, DataType: aws.ToString(a.DataType),
				StringListValues: []string{}, BinaryListValues: [][]byte{},
			}
		}
	}
	var payload bytes.Buffer
	encoder := json.NewEncoder(&payload)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		return nil, fmt.Errorf("write an event: %w", err)
	}
	return payload.Bytes(), nil
}
