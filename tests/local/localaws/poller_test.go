package localaws_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

func records(e lambdahosttest.Event) []events.SQSMessage {
	var event events.SQSEvent
	if err := json.Unmarshal(e.Payload, &event); err != nil {
		panic(err)
	}
	return event.Records
}

func failures(ids ...string) string {
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, id := range ids {
		response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	body, err := json.Marshal(response)
	if err != nil {
		panic(err)
	}
	return string(body)
}

func TestPartialBatchFailure(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 1, 3)
	type seen struct{ body, receives string }
	got := make(chan seen, 100)
	mapping(t, q, deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		var bad []string
		for _, m := range records(e) {
			got <- seen{m.Body, m.Attributes["ApproximateReceiveCount"]}
			if m.Body == "bad" {
				bad = append(bad, m.MessageId)
			}
		}
		return lambdahosttest.Reply{Body: failures(bad...)}
	}), nil)
	q.send(t, "a", "bad", "b", "c")
	assert.Equal(t, []string{"bad"}, q.dead(t, 1))
	q.requireEmpty(t)
	close(got)
	count := map[seen]int{}
	for s := range got {
		count[s]++
	}
	assert.Equal(t, map[seen]int{{"a", "1"}: 1, {"b", "1"}: 1, {"c", "1"}: 1, {"bad", "1"}: 1, {"bad", "2"}: 1, {"bad", "3"}: 1}, count)
}

func TestBatchOutcomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		reply   lambdahosttest.Reply
		plain   bool // without ReportBatchItemFailures
		deleted int
		err     string
	}{
		{name: "no response", deleted: 2},
		{name: "null", reply: lambdahosttest.Reply{Body: "null"}, deleted: 2},
		{name: "malformed", reply: lambdahosttest.Reply{Body: `{"batchItemFailures":[{"itemIdentifier":""}]}`}, err: "null or empty"},
		{name: "no JSON", reply: lambdahosttest.Reply{Body: "oops"}, err: "malformed batch response"},
		{name: "unknown identifier", reply: lambdahosttest.Reply{Body: failures("nobody")}, err: "not in the batch"},
		{name: "function error", reply: lambdahosttest.Reply{Do: "error", Body: "no luck"}, err: "no luck"},
		{name: "crash", reply: lambdahosttest.Reply{Do: "exit"}, err: "Runtime.ExitError"},
		{name: "response not asked for", plain: true, reply: lambdahosttest.Reply{Body: "oops"}, deleted: 2},
		{name: "error of a plain mapping", plain: true, reply: lambdahosttest.Reply{Do: "panic", Body: "aaah"}, err: "aaah"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q := newQueue(t, 1, 1)
			q.send(t, "a", "b")
			mapping(t, q, deploy(t, func(lambdahosttest.Event) lambdahosttest.Reply { return tt.reply }),
				func(in *lambda.CreateEventSourceMappingInput) {
					if tt.plain {
						in.FunctionResponseTypes = nil
					}
				})
			b := next(t, batches.of(q.arn))
			assert.Equal(t, 2, b.Messages)
			assert.Equal(t, tt.deleted, b.Deleted)
			if tt.err == "" {
				require.NoError(t, b.Err)
				q.requireEmpty(t)
				return
			}
			require.ErrorContains(t, b.Err, tt.err)
			dead := q.dead(t, 2)
			assert.ElementsMatch(t, []string{"a", "b"}, dead)
		})
	}
}

func TestTimeoutHandsTheBatchBack(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 1, 2)
	var pids []string
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		pids = append(pids, e.Info.Get("Pid"))
		if len(pids) == 1 {
			return lambdahosttest.Reply{Do: "hang"}
		}
		return lambdahosttest.Reply{}
	})
	_, err := lambdas().UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String(name), Timeout: aws.Int32(1),
	})
	require.NoError(t, err)
	mapping(t, q, name, nil)
	q.send(t, "a")
	require.ErrorContains(t, next(t, batches.of(q.arn)).Err, "Task timed out after 1.00 seconds")
	b := next(t, batches.of(q.arn))
	require.NoError(t, b.Err)
	assert.Equal(t, 1, b.Deleted)
	assert.NotEqual(t, pids[0], pids[1], "a killed process is replaced")
	q.requireEmpty(t)
}

// A message whose visibility timeout ends during the work comes again, and both receives may be deleted.
func TestVisibilityEndsDuringWork(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 1, 5)
	ids := make(chan string, 2)
	twice := make(chan struct{})
	var calls atomic.Int32
	mapping(t, q, deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		ids <- records(e)[0].MessageId + " " + records(e)[0].Attributes["ApproximateReceiveCount"]
		if calls.Add(1) == 2 {
			close(twice)
		}
		<-twice
		return lambdahosttest.Reply{}
	}), nil)
	q.send(t, "a")
	first, second := next(t, ids), next(t, ids)
	assert.Equal(t, strings.TrimSuffix(first, " 1"), strings.TrimSuffix(second, " 2"))
	for range 2 {
		require.NoError(t, next(t, batches.of(q.arn)).Err)
	}
	q.requireEmpty(t)
}

func TestBatchesAreGathered(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 60, 3)
	var bodies []string
	for i := range 45 {
		bodies = append(bodies, strconv.Itoa(i))
	}
	q.send(t, bodies...)
	sizes := make(chan int, 100)
	mapping(t, q, deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		sizes <- len(records(e))
		return lambdahosttest.Reply{Body: "{}"}
	}), func(in *lambda.CreateEventSourceMappingInput) {
		in.BatchSize, in.MaximumBatchingWindowInSeconds = aws.Int32(40), aws.Int32(1)
	})
	assert.Equal(t, 40, next(t, sizes), "more than one receive can bring")
	assert.Equal(t, 5, next(t, sizes), "at the end of the window")
	for range 2 {
		require.NoError(t, next(t, batches.of(q.arn)).Err)
	}
	q.requireEmpty(t)
}

func TestConcurrencyLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		maximum, reserved *int32
		want              int32
		maxReceives       int
	}{
		{name: "maximum concurrency", maximum: aws.Int32(2), want: 2, maxReceives: 1},
		{name: "reserved concurrency", reserved: aws.Int32(1), want: 1, maxReceives: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q := newQueue(t, 60, tt.maxReceives)
			var running, most atomic.Int32
			full, once := make(chan struct{}), sync.Once{}
			name := deploy(t, func(lambdahosttest.Event) lambdahosttest.Reply {
				now := running.Add(1)
				defer running.Add(-1)
				for peak := most.Load(); now > peak && !most.CompareAndSwap(peak, now); peak = most.Load() {
				}
				if now == tt.want {
					once.Do(func() { close(full) })
				}
				<-full // until as many run as may
				return lambdahosttest.Reply{}
			})
			if tt.reserved != nil {
				_, err := lambdas().PutFunctionConcurrency(t.Context(), &lambda.PutFunctionConcurrencyInput{
					FunctionName: aws.String(name), ReservedConcurrentExecutions: tt.reserved,
				})
				require.NoError(t, err)
			}
			q.send(t, "1", "2", "3", "4", "5", "6", "7", "8")
			mapping(t, q, name, func(in *lambda.CreateEventSourceMappingInput) {
				in.BatchSize = aws.Int32(1)
				if tt.maximum != nil {
					in.ScalingConfig = &lambdatypes.ScalingConfig{MaximumConcurrency: tt.maximum}
				}
			})
			for range 8 {
				require.NoError(t, next(t, batches.of(q.arn)).Err)
			}
			assert.Equal(t, tt.want, most.Load())
			q.requireEmpty(t)
		})
	}
}

func TestThrottledBatchGoesBack(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 1, 1)
	name := deploy(t, func(lambdahosttest.Event) lambdahosttest.Reply { panic("must not run") })
	_, err := lambdas().PutFunctionConcurrency(t.Context(), &lambda.PutFunctionConcurrencyInput{
		FunctionName: aws.String(name), ReservedConcurrentExecutions: aws.Int32(0),
	})
	require.NoError(t, err)
	mapping(t, q, name, nil)
	q.send(t, "untried")
	var throttled *lambdahost.ThrottledError
	require.ErrorAs(t, next(t, batches.of(q.arn)).Err, &throttled)
	assert.Equal(t, []string{"untried"}, q.dead(t, 1), "as in AWS: throttled receives burn maxReceiveCount")
}

func TestMappingIsFollowed(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 60, 3)
	got := make(chan string, 10)
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		got <- fmt.Sprint(len(records(e)), records(e)[0].Body)
		return lambdahosttest.Reply{}
	})
	id := mapping(t, q, name, nil)
	q.send(t, "a")
	assert.Equal(t, "1a", next(t, got))

	update := func(in *lambda.UpdateEventSourceMappingInput) {
		in.UUID = &id
		_, err := lambdas().UpdateEventSourceMapping(t.Context(), in)
		require.NoError(t, err)
	}
	state := func() string {
		out, err := lambdas().GetEventSourceMapping(t.Context(), &lambda.GetEventSourceMappingInput{UUID: &id})
		require.NoError(t, err)
		return *out.State
	}
	update(&lambda.UpdateEventSourceMappingInput{Enabled: aws.Bool(false)})
	for s := state(); s != "Disabled"; s = state() {
		require.Equal(t, "Disabling", s)
	}
	q.send(t, "b", "c", "d")
	out, err := queues().ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(q.url), MaxNumberOfMessages: 1, VisibilityTimeout: 1,
	})
	require.NoError(t, err)
	require.Len(t, out.Messages, 1, "nobody else receives")
	_, err = queues().DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
		QueueUrl: aws.String(q.url), ReceiptHandle: out.Messages[0].ReceiptHandle,
	})
	require.NoError(t, err)

	update(&lambda.UpdateEventSourceMappingInput{Enabled: aws.Bool(true), BatchSize: aws.Int32(1)})
	assert.Equal(t, "Enabled", state())
	bodies := []string{next(t, got), next(t, got)}
	slices.Sort(bodies)
	assert.Equal(t, []string{"1c", "1d"}, bodies, "one at a time now")

	list, err := lambdas().ListEventSourceMappings(t.Context(), &lambda.ListEventSourceMappingsInput{FunctionName: &name})
	require.NoError(t, err)
	require.Len(t, list.EventSourceMappings, 1)
	assert.Equal(t, id, *list.EventSourceMappings[0].UUID)
}

// A delete that fails means a second delivery, as with Lambda: this is how a fault test makes duplicates.
func TestMiddlewareSeesThePollers(t *testing.T) {
	q := newQueue(t, 1, 5)
	var deliveries atomic.Int32
	name := deploy(t, func(lambdahosttest.Event) lambdahosttest.Reply {
		deliveries.Add(1)
		return lambdahosttest.Reply{}
	})
	var agents atomic.Value
	fault.set(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("X-Amz-Target") != "AmazonSQS.DeleteMessageBatch" || deliveries.Load() != 1 {
			return false
		}
		agents.Store(r.Header.Get("User-Agent"))
		w.WriteHeader(http.StatusForbidden)
		return true
	})
	mapping(t, q, name, nil)
	q.send(t, "a")
	b := next(t, batches.of(q.arn))
	require.Error(t, b.Err)
	assert.Zero(t, b.Deleted)
	require.NoError(t, next(t, batches.of(q.arn)).Err)
	assert.Equal(t, int32(2), deliveries.Load())
	assert.Contains(t, agents.Load(), lambdahost.UserAgent)
	q.requireEmpty(t)
}
