package lambdahost_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

// generous is for what must happen some time; nothing is measured against it.
const generous = time.Minute

func start(t *testing.T, o lambdahost.Options) *lambdahost.Host {
	t.Helper()
	if o.InitTimeout == 0 {
		o.InitTimeout = generous // the machine may be busy building
	}
	o.Log = t.Output()
	o.Endpoint = "http://127.0.0.1:1"
	h, err := lambdahost.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, h.Close(context.WithoutCancel(t.Context()))) })
	return h
}

// probe is a function that asks at url what to do.
func probe(t *testing.T, url string) lambdahost.Function {
	t.Helper()
	return lambdahost.Function{
		Name: "probe", ARN: "arn:aws:lambda:eu-west-1:123456789012:function:probe",
		Runtime: "provided.al2023", Handler: "bootstrap", Timeout: generous, MemoryMB: 256,
		Environment: map[string]string{"PROBE_URL": url}, Code: lambdahosttest.Zip(t, ""),
	}
}

func TestInvokeTellsTheFunctionWhereItIs(t *testing.T) {
	events := make(chan lambdahosttest.Event, 1)
	url := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		events <- e
		return lambdahosttest.Reply{Body: `{"well":"done"}`, Print: []string{"one", "two"}}
	})
	var mu sync.Mutex
	var lines []lambdahost.Line
	h := start(t, lambdahost.Options{OnLine: func(l lambdahost.Line) { mu.Lock(); lines = append(lines, l); mu.Unlock() }})
	require.NoError(t, h.Deploy(probe(t, url)))

	before := time.Now()
	got, err := h.Invoke(lambdahost.Request{
		Function: "probe", Payload: []byte(`{"a":1}`), ClientContext: `{"custom":{"key":"mine"}}`,
	})
	require.NoError(t, err)
	e := <-events
	assert.JSONEq(t, `{"a":1}`, string(e.Payload))
	assert.JSONEq(t, `{"well":"done"}`, string(got.Payload))
	assert.Empty(t, got.FunctionError)
	assert.Equal(t, lambdahost.Latest, got.Version)
	for name, want := range map[string]string{
		"Request-Id": got.Report.RequestID, "Arn": probe(t, url).ARN, "Version": lambdahost.Latest, "Memory": "256",
		"Region": "eu-west-1", "Endpoint": "http://127.0.0.1:1", "Custom": "mine",
	} {
		assert.Equal(t, want, e.Info.Get(name), name)
	}
	assert.Regexp(t, `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`, e.Info.Get("Trace"))
	deadline, err := time.Parse(time.RFC3339Nano, e.Info.Get("Deadline"))
	require.NoError(t, err)
	assert.WithinRange(t, deadline, before.Add(generous-time.Second), time.Now().Add(generous))
	assert.Contains(t, e.Info.Get("Tmp"), "rumline-lambda-", "each process has a /tmp of its own")
	assert.FileExists(t, filepath.Join(e.Info.Get("Dir"), "bootstrap"))

	r := got.Report
	assert.Equal(t, lambdahost.StatusSuccess, r.Status)
	assert.Positive(t, r.Init)
	assert.Positive(t, r.Duration)
	assert.Greater(t, r.PeakRSS, int64(1<<20))
	mu.Lock()
	defer mu.Unlock()
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.Text)
	}
	assert.Equal(t, []string{"initialising", "one", "two"}, texts, "all that was printed is there when Invoke returns")
	assert.Equal(t, r.RequestID, lines[2].RequestID)
	tail := strings.Split(strings.TrimSpace(string(got.LogTail)), "\n")
	assert.Equal(t, "START RequestId: "+r.RequestID+" Version: $LATEST", tail[0])
	assert.Contains(t, tail, "two")
	assert.Equal(t, "END RequestId: "+r.RequestID, tail[len(tail)-2])
	assert.Contains(t, tail[len(tail)-1], "Init Duration")
}

func TestInvokeOutcomes(t *testing.T) {
	tests := []struct {
		name   string
		reply  lambdahosttest.Reply
		change func(*lambdahost.Function)
		status lambdahost.Status
		want   string // in the payload
		again  bool   // the process serves the next event, too
	}{
		{name: "an answer", reply: lambdahosttest.Reply{Body: `"fine"`}, status: lambdahost.StatusSuccess, want: `"fine"`, again: true},
		{name: "an error", reply: lambdahosttest.Reply{Do: "error", Body: "no luck"}, status: lambdahost.StatusError, want: "no luck", again: true},
		{name: "a panic", reply: lambdahosttest.Reply{Do: "panic", Body: "aaah"}, status: lambdahost.StatusError, want: "aaah"},
		{name: "an exit", reply: lambdahosttest.Reply{Do: "exit"}, status: lambdahost.StatusCrash, want: "Runtime exited with error: exit status 3"},
		{
			name: "a timeout", reply: lambdahosttest.Reply{Do: "hang"}, status: lambdahost.StatusTimeout,
			change: func(f *lambdahost.Function) { f.Timeout = time.Second }, want: "Task timed out after 1.00 seconds",
		},
		{name: "too large an answer", reply: lambdahosttest.Reply{Do: "huge"}, status: lambdahost.StatusError, want: "Function.ResponseSizeTooLarge"},
		{
			name: "an exit in the initialisation", status: lambdahost.StatusInitError,
			change: func(f *lambdahost.Function) { f.Environment["PROBE_INIT"] = "exit" }, want: "Runtime exited with error: exit status 7",
		},
		{
			name: "an error in the initialisation", status: lambdahost.StatusInitError,
			change: func(f *lambdahost.Function) { f.Environment["PROBE_INIT"] = "error" }, want: `"Probe.Init"`,
		},
		{
			name: "no bootstrap", status: lambdahost.StatusInitError, want: "couldn't find valid bootstrap",
			change: func(f *lambdahost.Function) { f.Code = lambdahosttest.ZipOf(t, "main", 0o755, []byte("x"), "") },
		},
		{
			name: "a bootstrap that is not executable", status: lambdahost.StatusInitError, want: "permission denied",
			change: func(f *lambdahost.Function) { f.Code = lambdahosttest.ZipOf(t, "bootstrap", 0o644, []byte("x"), "") },
		},
		{
			name: "a bootstrap that is no program", status: lambdahost.StatusInitError, want: "exec format error",
			change: func(f *lambdahost.Function) { f.Code = lambdahosttest.ZipOf(t, "bootstrap", 0o755, []byte("x"), "") },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var pids []string
			calls := 0
			url := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
				calls++
				pids = append(pids, e.Info.Get("Pid"))
				if calls == 1 {
					return tt.reply
				}
				return lambdahosttest.Reply{Body: `"again"`}
			})
			h := start(t, lambdahost.Options{})
			f := probe(t, url)
			if tt.change != nil {
				tt.change(&f)
			}
			require.NoError(t, h.Deploy(f))
			got, err := h.Invoke(lambdahost.Request{Function: "probe"})
			require.NoError(t, err)
			assert.Equal(t, tt.status, got.Report.Status)
			assert.Contains(t, string(got.Payload), tt.want)
			if tt.status == lambdahost.StatusSuccess {
				assert.Empty(t, got.FunctionError)
			} else {
				assert.Equal(t, "Unhandled", got.FunctionError)
				assert.True(t, json.Valid(got.Payload))
			}
			if tt.status == lambdahost.StatusInitError {
				return
			}
			f.Timeout, f.Code = generous, nil
			next, err := h.Invoke(lambdahost.Request{Function: "probe"})
			require.NoError(t, err)
			assert.Equal(t, `"again"`, string(next.Payload))
			assert.Equal(t, tt.again, pids[0] == pids[1], "warm process")
			assert.Equal(t, tt.again, next.Report.Init == 0, "cold start")
		})
	}
}

func TestInitTimeout(t *testing.T) {
	h := start(t, lambdahost.Options{InitTimeout: 100 * time.Millisecond})
	f := probe(t, "")
	f.Environment["PROBE_INIT"] = "hang"
	require.NoError(t, h.Deploy(f))
	got, err := h.Invoke(lambdahost.Request{Function: "probe"})
	require.NoError(t, err)
	assert.Equal(t, lambdahost.StatusInitError, got.Report.Status)
	assert.Contains(t, string(got.Payload), "Initialisation timed out after 0.10 seconds")
}

func TestConcurrency(t *testing.T) {
	three := 3
	zero := 0
	tests := []struct {
		name     string
		options  lambdahost.Options
		reserved *int
		limit    int
	}{
		{name: "the reserved concurrency", reserved: &three, limit: 3},
		{name: "none is reserved", options: lambdahost.Options{UnreservedConcurrency: 2}, limit: 2},
		{name: "zero is reserved", reserved: &zero, limit: 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			arrived, release := make(chan string), make(chan struct{})
			url := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
				arrived <- e.Info.Get("Pid")
				<-release
				return lambdahosttest.Reply{Body: "1"}
			})
			h := start(t, tt.options)
			require.NoError(t, h.Deploy(probe(t, url)))
			require.NoError(t, h.Reserve("probe", tt.reserved))
			var wg sync.WaitGroup
			pids := map[string]bool{}
			for range tt.limit {
				wg.Go(func() {
					_, err := h.Invoke(lambdahost.Request{Function: "probe"})
					assert.NoError(t, err)
				})
				pids[<-arrived] = true
			}
			assert.Len(t, pids, tt.limit, "one process per concurrent invocation")
			_, err := h.Invoke(lambdahost.Request{Function: "probe"})
			var throttled *lambdahost.ThrottledError
			require.ErrorAs(t, err, &throttled)
			assert.Equal(t, tt.limit, throttled.Limit)
			assert.Equal(t, tt.reserved != nil, throttled.Reserved)
			close(release)
			wg.Wait()
		})
	}
}

func TestUpdateRetiresProcesses(t *testing.T) {
	arrived, release := make(chan lambdahosttest.Event), make(chan struct{})
	url := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		arrived <- e
		<-release
		return lambdahosttest.Reply{Body: strconv.Quote(e.Info.Get("Label"))}
	})
	h := start(t, lambdahost.Options{})
	f := probe(t, url)
	f.Environment["PROBE_LABEL"] = "old"
	require.NoError(t, h.Deploy(f))
	require.NoError(t, h.Publish("probe", "1"))
	require.NoError(t, h.SetAlias("probe", "live", "1"))
	old := make(chan lambdahost.Result, 1)
	go func() {
		got, err := h.Invoke(lambdahost.Request{Function: "probe"})
		assert.NoError(t, err)
		old <- got
	}()
	first := <-arrived

	changed := f
	changed.Environment = map[string]string{"PROBE_URL": url, "PROBE_LABEL": "new"}
	changed.Code = nil
	require.NoError(t, h.Deploy(changed))
	close(release)
	assert.Equal(t, `"old"`, string((<-old).Payload), "what runs finishes as it began")

	go func() { <-arrived }()
	got, err := h.Invoke(lambdahost.Request{Function: f.ARN})
	require.NoError(t, err)
	assert.Equal(t, `"new"`, string(got.Payload))

	for _, qualified := range []lambdahost.Request{
		{Function: f.ARN + ":live"}, {Function: "probe", Qualifier: "live"}, {Function: "probe:1"},
	} {
		go func() { <-arrived }()
		got, err = h.Invoke(qualified)
		require.NoError(t, err)
		assert.Equal(t, `"old"`, string(got.Payload), "a published version stays as it was")
		assert.Equal(t, "1", got.Version)
	}
	pid, err := strconv.Atoi(first.Info.Get("Pid"))
	require.NoError(t, err)
	process, err := os.FindProcess(pid)
	require.NoError(t, err)
	require.Error(t, process.Signal(syscall.Signal(0)), "the old process is gone")

	h.Delete("probe", "")
	_, err = h.Invoke(lambdahost.Request{Function: "probe"})
	var missing *lambdahost.NotFoundError
	require.ErrorAs(t, err, &missing)
}

func TestAsyncRetries(t *testing.T) {
	var calls atomic.Int32
	ids := make(chan string, 3)
	url := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		ids <- e.Info.Get("Request-Id")
		if calls.Add(1) < 3 {
			return lambdahosttest.Reply{Do: "error", Body: "not yet"}
		}
		return lambdahosttest.Reply{Body: "1"}
	})
	done := make(chan struct{})
	h := start(t, lambdahost.Options{
		AsyncRetryDelays: []time.Duration{time.Millisecond, time.Millisecond},
		OnReport: func(r lambdahost.Report) {
			if r.Status == lambdahost.StatusSuccess {
				close(done)
			}
		},
	})
	require.NoError(t, h.Deploy(probe(t, url)))
	require.NoError(t, h.InvokeAsync(lambdahost.Request{Function: "probe", Payload: []byte(`{}`)}))
	<-done
	assert.Equal(t, int32(3), calls.Load())
	require.Error(t, h.InvokeAsync(lambdahost.Request{Function: "nobody"}))
}

func TestCloseCutsShortWhatHangs(t *testing.T) {
	arrived := make(chan struct{})
	url := lambdahosttest.Control(t, func(lambdahosttest.Event) lambdahosttest.Reply {
		close(arrived)
		return lambdahosttest.Reply{Do: "hang"}
	})
	h := start(t, lambdahost.Options{})
	require.NoError(t, h.Deploy(probe(t, url)))
	result := make(chan lambdahost.Result, 1)
	go func() {
		got, err := h.Invoke(lambdahost.Request{Function: "probe"})
		assert.NoError(t, err)
		result <- got
	}()
	<-arrived
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, h.Close(ctx), context.Canceled)
	assert.Contains(t, string((<-result).Payload), "Sandbox.Shutdown")
	_, err := h.Invoke(lambdahost.Request{Function: "probe"})
	require.Error(t, err)
}

func TestDeployRefuses(t *testing.T) {
	h := start(t, lambdahost.Options{})
	tests := []struct {
		name   string
		change func(*lambdahost.Function)
		want   string
	}{
		{"another runtime", func(f *lambdahost.Function) { f.Runtime = "python3.13" }, "provided.al2023 only"},
		{"no zip", func(f *lambdahost.Function) { f.Code = []byte("hello") }, "could not unzip"},
		{"a file outside", func(f *lambdahost.Function) {
			f.Code = lambdahosttest.ZipOf(t, "../bootstrap", 0o755, []byte("x"), "")
		}, "escapes from parent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := probe(t, "")
			tt.change(&f)
			require.ErrorContains(t, h.Check(f), tt.want)
		})
	}
}
