package faults

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const whole = "the whole answer"

// broken serves calls that all go wrong in one way, and counts their effects.
type broken struct {
	url     string
	effects atomic.Int32
	breaker *breaker

	mu     sync.Mutex
	killed []caller
	all    bool
}

func breakAll(t *testing.T, kind Kind, service string) *broken {
	t.Helper()
	b := &broken{}
	b.breaker = &breaker{delays: delays{time.Millisecond, time.Millisecond, 50 * time.Millisecond, []time.Duration{0}}, kill: func(c caller, all bool) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.killed, b.all = append(b.killed, c), all
	}}
	effect := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && string(body) == "call" {
			b.effects.Add(1)
		}
		io.WriteString(w, whole)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !b.breaker.serve(kind, service, callerOf(r), effect, w, r) {
			effect.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// call returns the status and the body, or what went wrong.
func (b *broken) call(t *testing.T) (int, string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url, strings.NewReader("call"))
	require.NoError(t, err)
	request.Header.Set("X-Amz-Security-Token", "session-1")
	request.Header.Set("User-Agent", "aws-sdk-go-v2/1 app/rumline-json m/D")
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

func TestBrokenCalls(t *testing.T) {
	me := []caller{{app: "rumline-json", session: "session-1"}}
	for _, test := range []struct {
		kind    Kind
		service string
		status  int
		body    string
		err     error
		effects int32
		killed  []caller
		all     bool
	}{
		{kind: Unavailable, service: S3, status: 500, body: "InternalError"},
		{kind: Throttled, service: S3, status: 503, body: "SlowDown"},
		{kind: Throttled, service: DynamoDB, status: 400, body: "ProvisionedThroughputExceededException"},
		{kind: Throttled, service: ClickHouse, status: 503, body: "Code: 252"},
		{kind: Reset, err: syscall.ECONNRESET},
		{kind: Hung, err: syscall.ECONNRESET},
		{kind: Truncated, status: 200, body: whole[:len(whole)/2], err: io.ErrUnexpectedEOF, effects: 1},
		{kind: Lost, err: io.EOF, effects: 1},
		{kind: Late, err: io.EOF, effects: 1},
		{kind: KilledBefore, err: io.EOF, killed: me},
		{kind: KilledDuring, status: 200, body: whole, effects: 1, killed: me}, // this caller is not hurt by it
		{kind: KilledAfter, err: io.EOF, effects: 1, killed: me},
		{kind: KilledAll, err: io.EOF, killed: me, all: true},
		{kind: Slow, status: 200, body: whole, effects: 1},
		{kind: Reordered, status: 200, body: whole, effects: 1}, // no fault of a call
	} {
		t.Run(string(test.kind)+" "+test.service, func(t *testing.T) {
			t.Parallel()
			b := breakAll(t, test.kind, test.service)
			status, body, err := b.call(t)
			if test.err == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, test.err)
			}
			require.Equal(t, test.status, status)
			require.Contains(t, body, test.body)
			b.breaker.wait()
			b.mu.Lock()
			defer b.mu.Unlock()
			require.Equal(t, test.effects, b.effects.Load())
			require.Equal(t, test.killed, b.killed)
			require.Equal(t, test.all, b.all)
		})
	}
}

func TestOperations(t *testing.T) {
	signed := func(service string) string {
		return "AWS4-HMAC-SHA256 Credential=local/20261123/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
	}
	for name, test := range map[string]struct {
		method, url, service, target string
		operation                    string
	}{
		"get":   {"GET", "/bucket/rum/a%2Fb?versionId=1", S3, "", "GetObject"},
		"head":  {"HEAD", "/bucket/rum/a", S3, "", "HeadObject"},
		"put":   {"PUT", "/bucket/events/a?x-id=PutObject", S3, "", "PutObject"},
		"list":  {"GET", "/bucket?list-type=2", S3, "", "GET bucket"},
		"claim": {"POST", "/", DynamoDB, "DynamoDB_20120810.PutItem", "PutItem"},
		"take":  {"POST", "/", SQS, "AmazonSQS.ReceiveMessage", "ReceiveMessage"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, test.url, http.NoBody)
			r.Header.Set("Authorization", signed(test.service))
			r.Header.Set("X-Amz-Target", test.target)
			service, operation := operationOf(r)
			require.Equal(t, test.service, service)
			require.Equal(t, test.operation, operation)
		})
	}
}
