package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/oncall/mapping"
	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/replay"
)

var now = time.Date(2026, 11, 23, 21, 0, 30, 0, time.UTC)

// account is an environment in memory: two destinations, with everything that the commands ask of AWS.
type account struct {
	t *testing.T
	*deployment.Deployment

	queues   *queues
	failures map[string]ledger.Failure
	s3       *s3.Client
	sfn      *machines
	cw       *metrics
	lambda   *mappings

	terminal bool
	typed    string
	notes    bytes.Buffer
	// opened is an error of opening the environment.
	opened error
}

func newAccount(t *testing.T, environment string) *account {
	t.Helper()
	t.Setenv("RUMLINE_WORKSPACE", "")
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(server.Close)
	a := &account{
		t: t,
		Deployment: &deployment.Deployment{
			Workspace: environment, Environment: environment, Region: "us-east-1", RawBucket: "raw-bucket", RawPrefix: "rum/",
			QuarantineBucket: "quarantine-bucket", ParkedPrefix: "parked/",
			ReplayStateMachine: "arn:replay", BreakerStateMachine: "arn:breaker", AlarmPrefix: "rumline-x-",
			Alarms:       []string{"replay-gave-up"},
			Destinations: map[string]deployment.Destination{},
		},
		queues: &queues{all: map[string][]*message{}}, failures: map[string]ledger.Failure{},
		sfn: &machines{executions: map[string]*run{}}, cw: &metrics{values: map[string]float64{}},
		lambda: &mappings{states: map[string][]string{}},
		s3: s3.New(s3.Options{
			Region: "us-east-1", BaseEndpoint: aws.String(server.URL), UsePathStyle: true,
			Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		}),
	}
	for _, name := range []string{"clickhouse", "json"} {
		a.Destinations[name] = deployment.Destination{
			QueueURL: "http://sqs/1/q-" + name, DLQURL: "http://sqs/1/q-" + name + "-dlq", Mapping: "m-" + name, QueueRetentionDays: 4,
			Alarms: []string{"breaker-open", "throttles"},
		}
		a.lambda.states["m-"+name] = []string{mapping.Enabled}
	}
	for _, bucket := range []string{a.RawBucket, a.QuarantineBucket} {
		_, err := a.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket})
		require.NoError(t, err)
	}
	return a
}

// versioned switches the raw bucket's versions on.
func (a *account) versioned() {
	_, err := a.s3.PutBucketVersioning(a.t.Context(), &s3.PutBucketVersioningInput{
		Bucket: &a.RawBucket, VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled},
	})
	require.NoError(a.t, err)
}

func (a *account) put(key, body string) *s3.PutObjectOutput {
	out, err := a.s3.PutObject(a.t.Context(), &s3.PutObjectInput{Bucket: &a.RawBucket, Key: &key, Body: strings.NewReader(body)})
	require.NoError(a.t, err)
	return out
}

// dead puts a message about an object into the dead-letter queue of clickhouse.
func (a *account) dead(id, key string, age time.Duration, code failure.Code, text string) {
	body := fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw-bucket"},"object":{"key":%q,"eTag":"e","versionId":"v"}}}]}`, key)
	if code == failure.MalformedMessage {
		body = key
	}
	url := a.Destinations["clickhouse"].DLQURL
	a.queues.all[url] = append(a.queues.all[url], &message{id: id, body: body, sent: now.Add(-age)})
	if code != "" {
		a.failures["raw-bucket v e "+key] = ledger.Failure{Code: code, Error: text, At: now.Add(-age / 2)}
	}
}

// oncall runs a command, and returns its output and its exit code.
func (a *account) oncall(args ...string) (string, int) {
	a.t.Helper()
	out, err := a.run(a.t.Context(), args...)
	if err != nil {
		a.notes.WriteString(err.Error())
	}
	return out, exitCode(err)
}

func (a *account) run(ctx context.Context, args ...string) (string, error) {
	a.notes.Reset()
	var out bytes.Buffer
	d := &desk{
		notes: &a.notes, terminal: a.terminal, now: func() time.Time { return now }, every: time.Millisecond,
		open: func(_ context.Context, name string) (*place.Place, error) {
			if a.opened != nil || name != a.Workspace {
				return nil, errors.Join(a.opened, fmt.Errorf("there is no workspace %s here", name))
			}
			return &place.Place{
				Deployment: a.Deployment, SQS: a.queues, S3: a.s3, SFN: a.sfn, CloudWatch: a.cw, Lambda: a.lambda,
				Failures: func(string) replay.FailureReader { return known(a.failures) },
			}, nil
		},
	}
	err := d.run(ctx, args, strings.NewReader(a.typed), &out)
	return out.String(), err
}

type known map[string]ledger.Failure

// Failures implements replay.FailureReader.
func (k known) Failures(context.Context, []string) (map[string]ledger.Failure, error) { return k, nil }

type message struct {
	id, body string
	sent     time.Time
	hidden   bool
}

// queues is SQS. Its messages stay hidden until they are shown.
type queues struct {
	mu  sync.Mutex
	all map[string][]*message
	// refuse has SendMessageBatch fail at the n-th message, counted from 1; throttle has it refuse the first messages once.
	refuse, sent int
	throttle     bool
	broken       error
}

func (q *queues) GetQueueAttributes(_ context.Context, in *sqs.GetQueueAttributesInput, _ ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	visible, hidden := 0, 0
	for _, m := range q.all[*in.QueueUrl] {
		if m.hidden {
			hidden++
		} else {
			visible++
		}
	}
	return &sqs.GetQueueAttributesOutput{Attributes: map[string]string{
		"ApproximateNumberOfMessages": strconv.Itoa(visible), "ApproximateNumberOfMessagesNotVisible": strconv.Itoa(hidden),
	}}, q.broken
}

func (q *queues) ReceiveMessage(_ context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := &sqs.ReceiveMessageOutput{}
	for _, m := range q.all[*in.QueueUrl] {
		if !m.hidden && len(out.Messages) < int(in.MaxNumberOfMessages) {
			m.hidden = true
			out.Messages = append(out.Messages, sqstypes.Message{MessageId: &m.id, ReceiptHandle: &m.id, Body: &m.body, Attributes: map[string]string{
				"ApproximateReceiveCount": "3", "SentTimestamp": strconv.FormatInt(m.sent.UnixMilli(), 10),
			}})
		}
	}
	return out, nil
}

func (q *queues) ChangeMessageVisibilityBatch(_ context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range in.Entries {
		for _, m := range q.all[*in.QueueUrl] {
			if m.id == *e.ReceiptHandle {
				m.hidden = e.VisibilityTimeout > 0
			}
		}
	}
	return &sqs.ChangeMessageVisibilityBatchOutput{}, nil
}

func (q *queues) DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	return nil, errors.New("no command of the on-call's deletes messages")
}

func (q *queues) SendMessageBatch(_ context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := &sqs.SendMessageBatchOutput{}
	for _, e := range in.Entries {
		q.sent++
		if q.throttle || q.refuse > 0 && q.sent >= q.refuse {
			out.Failed = append(out.Failed, sqstypes.BatchResultErrorEntry{Id: e.Id, Code: aws.String("Refused"), Message: aws.String("no"), SenderFault: !q.throttle})
			continue
		}
		q.all[*in.QueueUrl] = append(q.all[*in.QueueUrl], &message{id: *e.Id, body: *e.MessageBody, sent: now})
	}
	q.throttle = false
	return out, nil
}

// bodies are those of a queue's messages.
func (q *queues) bodies(url string) (all []string) {
	for _, m := range q.all[url] {
		all = append(all, m.body)
	}
	return all
}

// run is an execution: what it answers to each look, the last one for ever.
type run struct {
	machine string
	input   string
	begin   time.Time
	events  []sfntypes.HistoryEvent
	looks   []look // of one that is followed
}

type look struct {
	status sfntypes.ExecutionStatus
	output string
	events []sfntypes.HistoryEvent
}

// machines is Step Functions.
type machines struct {
	executions map[string]*run
	// next is what the next execution that is started does.
	next    *run
	stopped []string
	looked  func()
}

func (m *machines) StartExecution(_ context.Context, in *sfn.StartExecutionInput, _ ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	if m.next == nil || in.Name == nil {
		return nil, errors.New("StateMachineDoesNotExist")
	}
	m.next.machine, m.next.input = *in.StateMachineArn, *in.Input
	m.executions["arn:new"] = m.next
	return &sfn.StartExecutionOutput{ExecutionArn: aws.String("arn:new")}, nil
}

func (m *machines) StopExecution(_ context.Context, in *sfn.StopExecutionInput, _ ...func(*sfn.Options)) (*sfn.StopExecutionOutput, error) {
	m.stopped = append(m.stopped, *in.ExecutionArn)
	return &sfn.StopExecutionOutput{}, nil
}

func (m *machines) DescribeExecution(_ context.Context, in *sfn.DescribeExecutionInput, _ ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error) {
	r, ok := m.executions[*in.ExecutionArn]
	if !ok {
		return nil, errors.New("ExecutionDoesNotExist")
	}
	if m.looked != nil {
		m.looked()
	}
	out := &sfn.DescribeExecutionOutput{ExecutionArn: in.ExecutionArn, Input: &r.input}
	if len(r.looks) > 0 {
		out.Status, out.Output, out.Error, out.Cause = r.looks[0].status, &r.looks[0].output, aws.String("States.Timeout"), aws.String("too long")
	}
	return out, nil
}

func (m *machines) GetExecutionHistory(_ context.Context, in *sfn.GetExecutionHistoryInput, _ ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error) {
	r := m.executions[*in.ExecutionArn]
	out := &sfn.GetExecutionHistoryOutput{Events: r.events}
	if len(r.looks) > 0 {
		out.Events = r.looks[0].events
	}
	if len(r.looks) > 1 {
		r.looks = r.looks[1:]
	}
	return out, nil
}

func (m *machines) ListExecutions(_ context.Context, in *sfn.ListExecutionsInput, _ ...func(*sfn.Options)) (*sfn.ListExecutionsOutput, error) {
	out := &sfn.ListExecutionsOutput{}
	for arn, r := range m.executions {
		if r.machine == *in.StateMachineArn && len(r.looks) == 0 {
			out.Executions = append(out.Executions, sfntypes.ExecutionListItem{ExecutionArn: &arn, StartDate: &r.begin})
		}
	}
	return out, nil
}

// entered is an event of an execution's history: a state with its data.
func entered(id int64, state, data string) sfntypes.HistoryEvent {
	return sfntypes.HistoryEvent{Id: id, Timestamp: aws.Time(now.Add(-time.Minute)), StateEnteredEventDetails: &sfntypes.StateEnteredEventDetails{Name: &state, Input: &data}}
}

// metrics is CloudWatch. A value's key is the metric's name with the values of its dimensions; it was put in the current minute, and
// so much, negated, long before.
type metrics struct {
	values map[string]float64
	alarms []cwtypes.MetricAlarm
	broken error
}

func (m *metrics) GetMetricData(_ context.Context, in *cloudwatch.GetMetricDataInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.GetMetricDataOutput, error) {
	if len(in.MetricDataQueries) > 500 {
		return nil, errors.New("too many queries")
	}
	out := &cloudwatch.GetMetricDataOutput{}
	for _, q := range in.MetricDataQueries {
		name := *q.MetricStat.Metric.MetricName
		for _, d := range q.MetricStat.Metric.Dimensions {
			if *d.Name != "Environment" {
				name += " " + *d.Value
			}
		}
		r := cwtypes.MetricDataResult{Id: q.Id}
		if v, ok := m.values[name]; ok {
			r.Timestamps = []time.Time{now.Truncate(time.Minute), now.Add(-2 * time.Hour)}
			r.Values = []float64{v, -v}
		}
		out.MetricDataResults = append(out.MetricDataResults, r)
	}
	return out, m.broken
}

func (m *metrics) DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	return &cloudwatch.DescribeAlarmsOutput{MetricAlarms: m.alarms}, nil
}

// mappings is Lambda: the states that a mapping goes through, the last one for ever.
type mappings struct {
	states  map[string][]string
	updates []bool
}

func (m *mappings) GetEventSourceMapping(_ context.Context, in *lambda.GetEventSourceMappingInput, _ ...func(*lambda.Options)) (*lambda.GetEventSourceMappingOutput, error) {
	states := m.states[*in.UUID]
	if len(states) == 0 {
		return nil, errors.New("ResourceNotFoundException")
	}
	if len(states) > 1 {
		m.states[*in.UUID] = states[1:]
	}
	return &lambda.GetEventSourceMappingOutput{State: &states[0]}, nil
}

func (m *mappings) UpdateEventSourceMapping(_ context.Context, in *lambda.UpdateEventSourceMappingInput, _ ...func(*lambda.Options)) (*lambda.UpdateEventSourceMappingOutput, error) {
	m.updates = append(m.updates, *in.Enabled)
	m.states[*in.UUID] = []string{"Updating", mapping.Disabled}
	if *in.Enabled {
		m.states[*in.UUID] = []string{"Updating", mapping.Enabled}
	}
	return &lambda.UpdateEventSourceMappingOutput{}, nil
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	require.NoError(t, d.Decode(&v), text)
	require.False(t, d.More(), "one document")
	return v
}
