package localaws_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/frontdoor"
	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
	"github.com/rumline/rumline/tests/local/localaws"
)

const (
	region  = "us-east-1"
	role    = "arn:aws:iam::123456789012:role/probe"
	patient = time.Minute // for what must happen some time; nothing is measured against it
)

var (
	stack   *localaws.AWS
	batches = newFeed[lambdahost.Batch]()
	fault   = &switchable{}
)

func TestMain(m *testing.M) {
	flag.Parse() // for testing.Verbose
	os.Exit(run(m))
}

// run starts one stack for all tests; each uses queues and functions of its own.
func run(m *testing.M) int {
	cache, err := os.MkdirTemp("", "localaws-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(cache)
	var log io.Writer
	if testing.Verbose() {
		log = os.Stderr
	}
	ctx := context.Background()
	stack, err = localaws.Start(ctx, localaws.Options{
		CacheDir: cache, Log: log, Middleware: []frontdoor.Middleware{fault.middleware},
		Host: lambdahost.Options{
			InitTimeout: patient, // the machine may be busy building
			OnBatch:     func(b lambdahost.Batch) { batches.put(b.QueueARN, b) },
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := stack.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// switchable is a middleware that a test puts in while it runs.
type switchable struct {
	mu     sync.RWMutex
	before func(w http.ResponseWriter, r *http.Request) (handled bool)
}

func (s *switchable) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.RLock()
		before := s.before
		s.mu.RUnlock()
		if before == nil || !before(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

func (s *switchable) set(t *testing.T, before func(http.ResponseWriter, *http.Request) bool) {
	t.Helper()
	s.mu.Lock()
	s.before = before
	s.mu.Unlock()
	t.Cleanup(func() {
		s.mu.Lock()
		s.before = nil
		s.mu.Unlock()
	})
}

// feed hands what happens under a key to the one test that uses the key.
type feed[T any] struct {
	mu   sync.Mutex
	keys map[string]chan T
}

func newFeed[T any]() *feed[T] { return &feed[T]{keys: map[string]chan T{}} }

func (f *feed[T]) of(key string) chan T {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.keys[key] == nil {
		f.keys[key] = make(chan T, 10_000)
	}
	return f.keys[key]
}

func (f *feed[T]) put(key string, v T) { f.of(key) <- v }

// next waits for something to come.
func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patient):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

var provider = credentials.NewStaticCredentialsProvider("test", "test", "")

func queues() *sqs.Client {
	return sqs.New(sqs.Options{BaseEndpoint: aws.String(stack.URL()), Region: region, Credentials: provider})
}

func topics() *sns.Client {
	return sns.New(sns.Options{BaseEndpoint: aws.String(stack.URL()), Region: region, Credentials: provider})
}

func lambdas() *lambda.Client {
	return lambda.New(lambda.Options{
		BaseEndpoint: aws.String(stack.URL()), Region: region, Credentials: provider, RetryMaxAttempts: 1,
	})
}

func buckets() *s3.Client {
	return s3.New(s3.Options{BaseEndpoint: aws.String(stack.URL()), Region: region, Credentials: provider, UsePathStyle: true})
}

var sequence atomic.Int32

// unique is a name for a test's resources that no other test, nor the test when it runs again, uses.
func unique(t *testing.T) string {
	t.Helper()
	return strings.ReplaceAll(t.Name(), "/", "-") + "-" + strconv.Itoa(int(sequence.Add(1)))
}

// queue is a queue with a dead-letter queue, made for one test.
type queue struct{ url, arn, dlqURL, dlqARN string }

func newQueue(t *testing.T, visibility, maxReceives int) queue {
	t.Helper()
	name := unique(t)
	dlqURL, dlqARN := createQueue(t, name+"-dlq", nil)
	queueURL, arn := createQueue(t, name, map[string]string{
		"VisibilityTimeout": fmt.Sprint(visibility),
		"RedrivePolicy":     fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, dlqARN, maxReceives),
	})
	return queue{queueURL, arn, dlqURL, dlqARN}
}

func createQueue(t *testing.T, name string, attributes map[string]string) (queueURL, arn string) {
	t.Helper()
	out, err := queues().CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name), Attributes: attributes})
	require.NoError(t, err)
	return *out.QueueUrl, "arn:aws:sqs:" + region + ":123456789012:" + name
}

func (q queue) send(t *testing.T, bodies ...string) {
	t.Helper()
	for i := 0; i < len(bodies); i += 10 {
		var entries []sqstypes.SendMessageBatchRequestEntry
		for j, body := range bodies[i:min(i+10, len(bodies))] {
			entries = append(entries, sqstypes.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(j)), MessageBody: aws.String(body)})
		}
		out, err := queues().SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: aws.String(q.url), Entries: entries})
		require.NoError(t, err)
		require.Empty(t, out.Failed)
	}
}

// dead waits for n messages in the dead-letter queue and returns their bodies.
func (q queue) dead(t *testing.T, n int) []string {
	t.Helper()
	var bodies []string
	for deadline := time.Now().Add(patient); len(bodies) < n && time.Now().Before(deadline); {
		out, err := queues().ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(q.dlqURL), WaitTimeSeconds: 5, MaxNumberOfMessages: 10,
		})
		require.NoError(t, err)
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
		}
	}
	require.Len(t, bodies, n)
	return bodies
}

// requireEmpty asserts that nothing is in the queue, neither visible nor in flight.
func (q queue) requireEmpty(t *testing.T) {
	t.Helper()
	out, err := queues().GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(q.url), AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})
	require.NoError(t, err)
	require.Equal(t, "0", out.Attributes["ApproximateNumberOfMessages"])
	require.Equal(t, "0", out.Attributes["ApproximateNumberOfMessagesNotVisible"])
}

// deploy creates a function that does as decide says.
func deploy(t *testing.T, decide func(lambdahosttest.Event) lambdahosttest.Reply) string {
	t.Helper()
	prepare(t)
	name := unique(t)
	_, err := lambdas().CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String(name), Role: aws.String(role), Runtime: "provided.al2023", Handler: aws.String("bootstrap"),
		Timeout: aws.Int32(60), Code: &lambdatypes.FunctionCode{S3Bucket: aws.String(artifacts), S3Key: aws.String("probe.zip")},
		Environment: &lambdatypes.Environment{Variables: map[string]string{"PROBE_URL": lambdahosttest.Control(t, decide)}},
	})
	require.NoError(t, err)
	return name
}

// mapping creates an event source mapping and removes it with the test.
func mapping(t *testing.T, q queue, function string, change func(*lambda.CreateEventSourceMappingInput)) string {
	t.Helper()
	in := &lambda.CreateEventSourceMappingInput{
		EventSourceArn: aws.String(q.arn), FunctionName: aws.String(function), BatchSize: aws.Int32(10),
		FunctionResponseTypes: []lambdatypes.FunctionResponseType{lambdatypes.FunctionResponseTypeReportBatchItemFailures},
	}
	if change != nil {
		change(in)
	}
	out, err := lambdas().CreateEventSourceMapping(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, "Enabled", *out.State)
	t.Cleanup(func() {
		_, err := lambdas().DeleteEventSourceMapping(context.WithoutCancel(t.Context()),
			&lambda.DeleteEventSourceMappingInput{UUID: out.UUID})
		assert.NoError(t, err)
	})
	return *out.UUID
}

const artifacts = "artifacts"

var prepared sync.Once

// prepare makes what every function needs: the role that moto wants to see, and the code in a bucket.
func prepare(t *testing.T) {
	t.Helper()
	prepared.Do(func() {
		status, answer := post(t, "iam", "", "application/x-www-form-urlencoded", form(
			"Action", "CreateRole", "Version", "2010-05-08", "RoleName", "probe", "AssumeRolePolicyDocument",
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`))
		require.Equal(t, http.StatusOK, status, answer)
		_, err := buckets().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(artifacts)})
		require.NoError(t, err)
		put(t, artifacts, "probe.zip", lambdahosttest.Zip(t, ""))
	})
}

func post(t *testing.T, service, target, contentType, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, stack.URL()+"/", strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	if target != "" {
		req.Header.Set("X-Amz-Target", target)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(answer)
}

func form(values ...string) string {
	v := url.Values{}
	for i := 0; i < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	return v.Encode()
}
