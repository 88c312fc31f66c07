package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/replay/replaytest"
)

var (
	now       = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	errBroken = errors.New("broken")
)

const (
	machineARN   = "arn:aws:states:us-east-1:123456789012:stateMachine:replay"
	executionARN = "arn:aws:states:us-east-1:123456789012:execution:replay:this"
)

// world is everything that the steps touch.
type world struct {
	*Steps
	queue    *replaytest.Queue
	failures *replaytest.Failures
	bucket   *replaytest.Bucket
	lock     *lockTable
	metrics  bytes.Buffer

	// answer is what the destination's function does with messages.
	answer  func(records []events.SQSMessage) (*lambda.InvokeOutput, error)
	invoked [][]events.SQSMessage
	started []*sfn.StartExecutionInput
	told    []Notice
	running map[string]sfntypes.ExecutionStatus

	destination deployment.Destination
}

func newWorld() *world {
	w := &world{
		queue: replaytest.NewQueue(now), failures: &replaytest.Failures{}, bucket: &replaytest.Bucket{}, lock: &lockTable{},
		running: map[string]sfntypes.ExecutionStatus{},
		answer:  func([]events.SQSMessage) (*lambda.InvokeOutput, error) { return &lambda.InvokeOutput{}, nil },
		destination: deployment.Destination{
			QueueURL: "queue", QueueARN: "arn:aws:sqs:us-east-1:123456789012:json", DLQURL: "dlq", Function: "json",
			BatchSize: 100, MaximumConcurrency: 4, ReservedConcurrency: 6, TimeoutSeconds: 120,
		},
	}
	w.Steps = &Steps{
		Config:     Config{Workspace: "test", CooldownSeconds: 900, Attempts: 3},
		Parameters: w, Queues: w.queue, Objects: w.bucket, Functions: w, Executions: w, Locks: w.lock, Topics: w,
		Failures: func(string, string) replay.FailureReader { return w.failures },
		Metrics:  &w.metrics, Log: slog.New(slog.DiscardHandler), Now: w.queue.Now,
	}
	return w
}

// GetParametersByPath implements the SDK's client.
func (w *world) GetParametersByPath(context.Context, *ssm.GetParametersByPathInput, ...func(*ssm.Options)) (*ssm.GetParametersByPathOutput, error) {
	var parameters []ssmtypes.Parameter
	for name, value := range map[string]any{
		"deployment": deployment.Deployment{
			Workspace: "test", Environment: "local", LedgerTable: "ledger", QuarantineBucket: "quarantine", ParkedPrefix: "parked/", AlarmTopic: "topic",
		},
		"destinations/json": w.destination,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		parameters = append(parameters, ssmtypes.Parameter{Name: aws.String(deployment.Path("test") + name), Value: aws.String(string(text))})
	}
	return &ssm.GetParametersByPathOutput{Parameters: parameters}, nil
}

// Invoke implements Invoker.
func (w *world) Invoke(_ context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	var event events.SQSEvent
	if err := json.Unmarshal(in.Payload, &event); err != nil {
		return nil, err
	}
	w.invoked = append(w.invoked, event.Records)
	return w.answer(event.Records)
}

// StartExecution implements Executions.
func (w *world) StartExecution(_ context.Context, in *sfn.StartExecutionInput, _ ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	for _, before := range w.started {
		if *before.Name == *in.Name {
			return nil, &sfntypes.ExecutionAlreadyExists{}
		}
	}
	w.started = append(w.started, in)
	return &sfn.StartExecutionOutput{}, nil
}

// DescribeExecution implements Executions.
func (w *world) DescribeExecution(_ context.Context, in *sfn.DescribeExecutionInput, _ ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error) {
	status, ok := w.running[*in.ExecutionArn]
	if !ok {
		return nil, &sfntypes.ExecutionDoesNotExist{}
	}
	return &sfn.DescribeExecutionOutput{Status: status}, nil
}

// Publish implements Publisher.
func (w *world) Publish(_ context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	var n Notice
	if err := json.Unmarshal([]byte(*in.Message), &n); err != nil {
		return nil, err
	}
	w.told = append(w.told, n)
	return &sns.PublishOutput{}, nil
}

// begun is the state of a replay that has begun.
func (w *world) begun(t *testing.T, input replay.Input) State {
	t.Helper()
	text, err := json.Marshal(input)
	require.NoError(t, err)
	state, err := w.begin(t.Context(), Request{Execution: executionARN, Machine: machineARN, Input: text})
	require.NoError(t, err)
	return state
}

// lockTable keeps the locks' item. That DynamoDB reads the conditions like this is for the tests of the state machine to show.
type lockTable struct {
	owner     string
	notBefore int64
}

// UpdateItem implements LockClient.
func (l *lockTable) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	value := func(name string) string {
		if s, ok := in.ExpressionAttributeValues[name].(*types.AttributeValueMemberS); ok {
			return s.Value
		}
		return ""
	}
	me, gone, to := value(":me"), value(":gone"), value(":to")
	taking := gone != ""
	if l.owner != me && (!taking || l.owner != "" && l.owner != gone) && (to == "" || l.owner != to) {
		return nil, &types.ConditionalCheckFailedException{}
	}
	if taking {
		l.owner = me
	} else {
		l.owner, l.notBefore = to, numberOf(in.ExpressionAttributeValues[":at"])
	}
	return &dynamodb.UpdateItemOutput{Attributes: map[string]types.AttributeValue{"not_before": number(l.notBefore)}}, nil
}

// GetItem implements LockClient.
func (l *lockTable) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: map[string]types.AttributeValue{"owner": text(l.owner)}}, nil
}

// failing answers that the messages that point to these keys failed, for a reason that is recorded.
func (w *world) failing(codes map[string]failure.Code) func([]events.SQSMessage) (*lambda.InvokeOutput, error) {
	return func(records []events.SQSMessage) (*lambda.InvokeOutput, error) {
		response := events.SQSEventResponse{}
		for _, r := range records {
			for key, code := range codes {
				if r.Body == replaytest.Body(key) {
					w.failures.Fail(key, code, w.queue.Now().Add(time.Second))
					response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: r.MessageId})
				}
			}
		}
		text, err := json.Marshal(response)
		return &lambda.InvokeOutput{Payload: text}, err
	}
}
