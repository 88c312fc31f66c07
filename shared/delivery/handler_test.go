package delivery_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
	"github.com/rumline/rumline/shared/telemetry"
)

const bucket = "raw"

// stage is a handler with a bucket before it and a destination behind it that are in memory.
type stage struct {
	*delivery.Handler
	s3      *s3.Client
	log     bytes.Buffer
	metrics bytes.Buffer
	wrote   map[string][]string // page views by batch and chunk
	fail    error
	kept    map[string]ledger.Failure // by object
}

// Keep implements delivery.FailureKeeper.
func (s *stage) Keep(_ context.Context, failures []ledger.Failure) error {
	for _, f := range failures {
		s.kept[f.Object] = f
	}
	return nil
}

func newStage(t *testing.T) *stage {
	t.Helper()
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(server.Close)
	s := &stage{wrote: map[string][]string{}, s3: s3.New(s3.Options{
		BaseEndpoint: &server.URL, Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})}
	_, err := s.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket)})
	require.NoError(t, err)
	kept, err := quarantine.New(s.s3, quarantine.Config{Bucket: bucket, Prefix: "quarantine/"}, "test")
	require.NoError(t, err)
	s.kept = map[string]ledger.Failure{}
	s.Handler = &delivery.Handler{
		Failures:   s,
		Quarantine: kept, Metrics: telemetry.NewEmitter(&s.metrics, "test", "unit", time.Now),
		Source: &landing.Source{Client: s.s3, MaxDocumentBytes: 1 << 30}, Destination: s,
		Ledger: ledger.Ledger{Store: ledger.NewMemory(), Retention: 24 * time.Hour, Concurrency: 4, Now: time.Now},
		Chunks: delivery.ChunkLimits{Rows: 1000, Bytes: 1 << 20}, ReadConcurrency: 4,
		Log: slog.New(slog.NewJSONHandler(&s.log, nil)),
	}
	return s
}

// Write implements delivery.Destination.
func (s *stage) Write(ctx context.Context, batch *delivery.Batch) error {
	for chunk, err := range batch.Chunks() {
		if err != nil {
			return fmt.Errorf("read the batch: %w", err)
		}
		key := fmt.Sprintf("%s/%d", batch.ID, chunk.Index)
		s.wrote[key] = nil
		for _, r := range rumtest.Rows(chunk.Events) {
			s.wrote[key] = append(s.wrote[key], r["page_view_id"].(string))
		}
		if s.fail != nil {
			return s.fail
		}
		if err := batch.Wrote(ctx, chunk.Index); err != nil {
			return fmt.Errorf("record the progress: %w", err)
		}
	}
	return s.fail
}

// Probe implements delivery.Destination.
func (s *stage) Probe(context.Context) error { return s.fail }

func (s *stage) put(t *testing.T, key, body string) {
	t.Helper()
	_, err := s.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: strings.NewReader(body)})
	require.NoError(t, err)
}

// deliver sends a batch of messages, and returns the IDs of those that are to come again.
func (s *stage) deliver(ctx context.Context, t *testing.T, messages ...events.SQSMessage) []string {
	t.Helper()
	response, err := s.Handle(ctx, events.SQSEvent{Records: messages})
	require.NoError(t, err)
	s.counted(t)
	failed := []string{}
	for _, f := range response.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

// delivered is all page views that are at the destination, in the order of batches' chunks.
func (s *stage) delivered() []string {
	all := slices.Concat(slices.Collect(func(yield func([]string) bool) {
		for _, v := range s.wrote {
			if !yield(v) {
				return
			}
		}
	})...)
	slices.Sort(all)
	return all
}

func message(id string, keys ...string) events.SQSMessage {
	var records []string
	for _, k := range keys {
		records = append(records, fmt.Sprintf(`{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw"},"object":{"key":%q,"size":1}}}`, k))
	}
	return events.SQSMessage{MessageId: id, Body: `{"Records":[` + strings.Join(records, ",") + `]}`}
}

func beacon(pageView string) string {
	return fmt.Sprintf(`{"schema_version":1,"event_type":"page_view","site_id":"shop","event_ts":1795427139829,`+
		`"received_ts":1795427139834,"page_view_id":%q,"url_host":"www.shop.test","url_path":"/","sdk_name":"web-vitals"}`+"\n", pageView)
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	objects := map[string]string{
		"a": beacon("a1") + beacon("a2"), "b": beacon("b1"), "empty": "", "poison": beacon("p1") + "oops\n" + beacon("p2"),
	}
	tests := map[string]struct {
		messages []events.SQSMessage
		want     []string
		failed   []string
	}{
		"objects":            {[]events.SQSMessage{message("1", "a"), message("2", "b")}, []string{"a1", "a2", "b1"}, []string{}},
		"no messages":        {nil, nil, []string{}},
		"an empty object":    {[]events.SQSMessage{message("1", "empty")}, nil, []string{}},
		"the same twice":     {[]events.SQSMessage{message("1", "b"), message("2", "b")}, []string{"b1"}, []string{}},
		"two in a message":   {[]events.SQSMessage{message("1", "a", "b")}, []string{"a1", "a2", "b1"}, []string{}},
		"a bad line":         {[]events.SQSMessage{message("1", "poison")}, []string{"p1", "p2"}, []string{}},
		"a missing object":   {[]events.SQSMessage{message("1", "none"), message("2", "b")}, []string{"b1"}, []string{"1"}},
		"half a message":     {[]events.SQSMessage{message("1", "b", "none")}, []string{"b1"}, []string{"1"}},
		"a test event":       {[]events.SQSMessage{{MessageId: "1", Body: `{"Event":"s3:TestEvent","Bucket":"raw"}`}, message("2", "b")}, []string{"b1"}, []string{}},
		"a malformed one":    {[]events.SQSMessage{{MessageId: "1", Body: `hello`}, message("2", "b")}, []string{"b1"}, []string{"1"}},
		"nothing but misses": {[]events.SQSMessage{message("1", "none")}, nil, []string{"1"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			for k, body := range objects {
				s.put(t, k, body)
			}
			require.Equal(t, test.failed, s.deliver(t.Context(), t, test.messages...))
			require.Equal(t, test.want, s.delivered())

			// The same messages in another order are the same batch: they change nothing.
			slices.Reverse(test.messages)
			s.deliver(t.Context(), t, test.messages...)
			require.Equal(t, test.want, s.delivered())
		})
	}
}

func TestDestinationFails(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.put(t, "a", beacon("a1"))
	s.put(t, "b", beacon("b1"))
	s.fail = failure.New(failure.DestinationRefused, "no such table")
	require.Equal(t, []string{"1", "2"}, s.deliver(t.Context(), t, message("1", "a"), message("2", "b")))
	require.Contains(t, s.log.String(), `"code":"destination_refused","permanent":true`)
	require.Len(t, s.kept, 2)
	for _, f := range s.kept {
		require.Equal(t, failure.DestinationRefused, f.Code)
		require.Contains(t, f.Error, "no such table")
		require.Equal(t, 24*time.Hour, f.Expires.Sub(f.At))
	}

	s.fail = nil
	require.Empty(t, s.deliver(t.Context(), t, message("1", "a"), message("2", "b")))
	require.Equal(t, []string{"a1", "b1"}, s.delivered())
}

// TestDeadline: work that cannot be done in time is handed back, and says why.
func TestDeadline(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.put(t, "a", beacon("a1"))
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Second)) // less than the margin
	defer cancel()
	require.Equal(t, []string{"1"}, s.deliver(ctx, t, message("1", "a")))
	require.Contains(t, s.log.String(), `"code":"deadline_near"`)
}

// TestReport: a refused record is kept with its object, line and reason, and counted.
func TestReport(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.put(t, "a", beacon("a1")+"oops\n"+strings.Replace(beacon("a2"), `"shop"`, `7`, 1)+beacon("a3"))
	s.deliver(t.Context(), t, message("1", "a"), message("2", "none"), events.SQSMessage{MessageId: "3", Body: "hello"})

	reader, err := quarantine.NewReader(s.s3, quarantine.Config{Bucket: bucket, Prefix: "quarantine/"})
	require.NoError(t, err)
	var kept []string
	for r, err := range reader.Records(t.Context(), quarantine.Selection{}) {
		require.NoError(t, err)
		kept = append(kept, fmt.Sprintf("%s %s line %d: %s in %q: %.4s", r.Destination, r.Source.Key, r.Line, r.Reason, r.Field, r.Raw))
	}
	require.Equal(t, []string{`test a line 2: syntax in "": oops`, `test a line 3: type_mismatch in "site_id": {"sc`}, kept)

	lines := s.counted(t)
	require.Len(t, lines, 1)
	require.Equal(t, map[failure.Code]int64{failure.ObjectMissing: 1, failure.MalformedMessage: 1}, lines[0].Failures)
	require.Equal(t, map[rum.Reason]int64{rum.Syntax: 1, rum.TypeMismatch: 1}, lines[0].Quarantined)
	got := lines[0].Counts
	got.Milliseconds = 0
	require.Equal(t, telemetry.Counts{
		MessagesReceived: 3, MessagesAcknowledged: 1, MessagesReturned: 2, MessagesMalformed: 1,
		ObjectsReceived: 2, ObjectsDelivered: 1, ObjectsFailed: 1, RecordsRead: 4, EventsWritten: 2, RecordsQuarantined: 2,
		Chunks: 1, BatchesCommitted: 1, Invocations: 1,
	}, got)
}

// counted is what the invocations so far have counted. Each must conserve what it received.
func (s *stage) counted(t *testing.T) []telemetry.Line {
	t.Helper()
	var lines []telemetry.Line
	for text := range strings.Lines(s.metrics.String()) {
		if l, ok := telemetry.ParseLine([]byte(text)); ok {
			require.NoError(t, l.Check())
			lines = append(lines, l)
		}
	}
	return lines
}

// TestChunks: a batch is cut at the limits, at the same places each time, across its objects.
func TestChunks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Chunks = delivery.ChunkLimits{Rows: 3, Bytes: 1 << 20}
	var messages []events.SQSMessage
	for i := range 4 {
		key := fmt.Sprint("k", i)
		s.put(t, key, beacon(key+"-1")+beacon(key+"-2"))
		messages = append(messages, message(key, key))
	}
	s.deliver(t.Context(), t, messages...)
	require.Len(t, s.wrote, 3)
	for key, views := range s.wrote {
		switch _, index, _ := strings.Cut(key, "/"); index {
		case "0":
			require.Equal(t, []string{"k0-1", "k0-2", "k1-1"}, views)
		case "2":
			require.Equal(t, []string{"k3-1", "k3-2"}, views)
		}
	}
	s.Chunks = delivery.ChunkLimits{Rows: 1000, Bytes: len(beacon("k0-1"))}
	clear(s.wrote)
	s.Ledger.Store = ledger.NewMemory()
	s.deliver(t.Context(), t, messages...)
	require.Len(t, s.wrote, 4)
}

// TestRebatching: in whatever company its message comes again, an object stays in the batch that it was delivered with.
func TestRebatching(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, k := range []string{"a", "b", "c"} {
		s.put(t, k, beacon(k))
	}
	for _, messages := range [][]events.SQSMessage{
		{message("1", "a")}, {message("1", "a"), message("2", "b")}, {message("2", "b"), message("3", "c")}, {message("3", "c", "a")},
	} {
		require.Empty(t, s.deliver(t.Context(), t, messages...))
	}
	require.Equal(t, []string{"a", "b", "c"}, s.delivered())
	require.Len(t, s.wrote, 3)
	for key := range s.wrote {
		require.Regexp(t, `^[0-9a-f]{32}/0$`, key)
	}
}

var _ delivery.Destination = (*stage)(nil)
