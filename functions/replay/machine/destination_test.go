package machine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

// destination is one that a test controls: its function delivers what is not in fails.
type destination struct {
	name, dlq string
	failures  *ledger.Failures

	mu        sync.Mutex
	fails     map[string]failure.Code // by key
	crashes   map[string]bool         // by key
	sick      int                     // how many more probes say so
	delivered map[string]int          // by key
	largest   int                     // batch
}

func newDestination(t *testing.T, settings deployment.Destination) *destination {
	t.Helper()
	name := strings.ToLower(t.Name())
	d := &destination{
		name: name, failures: ledger.NewFailures(clients.table, table, name), fails: map[string]failure.Code{},
		crashes: map[string]bool{}, delivered: map[string]int{},
	}
	var err error
	d.dlq, err = makeQueue(t.Context(), name+"-dlq")
	require.NoError(t, err)
	_, err = clients.functions.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &name, Role: aws.String(role), Runtime: "provided.al2023", Handler: aws.String("bootstrap"),
		Timeout: aws.Int32(30), Code: &lambdatypes.FunctionCode{ZipFile: lambdahosttest.Zip(t, "")},
		Environment: &lambdatypes.Environment{Variables: map[string]string{"PROBE_URL": lambdahosttest.Control(t, d.answer)}},
	})
	require.NoError(t, err)
	once.Do(func() {
		_, err = clients.functions.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
			FunctionName: aws.String("replay"), Role: aws.String(role), Runtime: "provided.al2023", Handler: aws.String("bootstrap"),
			Timeout: aws.Int32(300), Code: &lambdatypes.FunctionCode{ZipFile: lambdahosttest.ZipOf(t, "bootstrap", 0o755, binary, "")},
			Environment: &lambdatypes.Environment{Variables: map[string]string{
				"RUMLINE_WORKSPACE": workspace, "RUMLINE_REPLAY_COOLDOWN_SECONDS": "1", "RUMLINE_REPLAY_ATTEMPTS": "2",
			}},
		})
	})
	require.NoError(t, err)
	settings.Function, settings.DLQURL, settings.QueueARN, settings.TimeoutSeconds = name, d.dlq, arnOf("sqs", name), 30
	require.NoError(t, putParameter(t.Context(), "destinations/"+name, settings))
	return d
}

var once sync.Once

// answer is what the function does.
func (d *destination) answer(e lambdahosttest.Event) lambdahosttest.Reply {
	d.mu.Lock()
	defer d.mu.Unlock()
	var event struct {
		events.SQSEvent
		Probe bool `json:"probe"`
	}
	if err := json.Unmarshal(e.Payload, &event); err != nil {
		panic(err)
	}
	if event.Probe {
		if d.sick > 0 {
			d.sick--
			return lambdahosttest.Reply{Do: "error", Body: "the destination is down"}
		}
		return lambdahosttest.Reply{Body: `{"healthy":true}`}
	}
	d.largest = max(d.largest, len(event.Records))
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	var failed []ledger.Failure
	var fine []string
	for _, r := range event.Records {
		pointers, _, err := landing.ParseNotification(r.Body)
		if err != nil || len(pointers) != 1 || r.EventSourceARN != arnOf("sqs", d.name) {
			panic(fmt.Sprint(r, err))
		}
		key := pointers[0].Key
		if d.crashes[key] {
			return lambdahosttest.Reply{Do: "exit"}
		}
		if code := d.fails[key]; code != "" {
			failed = append(failed, ledger.Failure{Object: pointers[0].Identity(), Code: code, Error: "again", At: time.Now(), Expires: time.Now().Add(time.Hour)})
			response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: r.MessageId})
			continue
		}
		fine = append(fine, key)
	}
	if err := d.failures.Keep(context.Background(), failed); err != nil {
		panic(err)
	}
	for _, key := range fine {
		d.delivered[key]++
	}
	text, err := json.Marshal(response)
	if err != nil {
		panic(err)
	}
	return lambdahosttest.Reply{Body: string(text)}
}

// set changes what the function does.
func (d *destination) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// got is how often the object of each key was delivered.
func (d *destination) got() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.delivered)
}

// die puts messages that point to objects of these keys into the dead-letter queue, with failures of a code.
func (d *destination) die(t *testing.T, code failure.Code, keys ...string) {
	t.Helper()
	var failures []ledger.Failure
	bodies := make([]string, len(keys))
	for i, key := range keys {
		bodies[i] = fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw"},"object":{"key":%q,"eTag":"e","sequencer":"1"}}}]}`, key)
		pointers, _, err := landing.ParseNotification(bodies[i])
		require.NoError(t, err)
		failures = append(failures, ledger.Failure{Object: pointers[0].Identity(), Code: code, Error: "before", At: time.Now(), Expires: time.Now().Add(time.Hour)})
	}
	require.NoError(t, d.failures.Keep(t.Context(), failures))
	d.send(t, bodies...)
}

func (d *destination) send(t *testing.T, bodies ...string) {
	t.Helper()
	for i := 0; i < len(bodies); i += 10 {
		var entries []sqstypes.SendMessageBatchRequestEntry
		for j, body := range bodies[i:min(i+10, len(bodies))] {
			entries = append(entries, sqstypes.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(j)), MessageBody: aws.String(body)})
		}
		_, err := clients.queues.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &d.dlq, Entries: entries})
		require.NoError(t, err)
	}
}

// depth is what is in the dead-letter queue: visible and hidden.
func (d *destination) depth(t *testing.T) [2]int64 {
	t.Helper()
	visible, hidden, err := replay.NewQueue(clients.queues, d.failures, d.dlq).Depth(t.Context())
	require.NoError(t, err)
	return [2]int64{visible, hidden}
}
