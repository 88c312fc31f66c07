package deliverytest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
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
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/rum/rumtest"
	"github.com/rumline/rumline/shared/telemetry"
)

const (
	rawBucket        = "raw"
	quarantineBucket = "quarantine"
)

// world is what the handler finds around it: a raw bucket, a ledger, a quarantine and the destination. Workers come and
// go in it.
type world struct {
	tb      testing.TB
	subject Subject
	mutated mutation
	store   ledger.Store
	s3      *s3.Client
	limits  delivery.ChunkLimits

	mu  sync.Mutex
	now time.Time

	events  source
	objects int
	// sent and refused are what has to be there in the end.
	sent    []rumtest.Row
	refused []string
}

// mutation breaks the protocol, to see whether the suite notices. Its fields are nil where it does not.
type mutation struct {
	context     func(ctx context.Context, event events.SQSEvent) context.Context
	store       func(ledger.Store) ledger.Store
	destination func(delivery.Destination, ledger.Store) delivery.Destination
}

func newWorld(tb testing.TB, h Harness, mutated mutation) *world {
	tb.Helper()
	backend := s3mem.New()
	for _, b := range []string{rawBucket, quarantineBucket} {
		require.NoError(tb, backend.CreateBucket(b))
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	tb.Cleanup(server.Close)
	return &world{
		tb: tb, subject: h.New(tb), mutated: mutated, store: ledger.NewMemory(),
		s3: s3.New(s3.Options{
			BaseEndpoint: &server.URL, Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		}),
		limits: delivery.ChunkLimits{Rows: 4, Bytes: 1 << 20},
		now:    time.UnixMilli(midnight),
	}
}

// worker is a function's instance. All its requests to the ledger, the quarantine and the destination's storage are
// steps, unless steps is nil.
func (w *world) worker(steps *steps) *delivery.Handler {
	do := func(request func() error) error { return request() }
	if steps != nil {
		do = steps.do
		w.subject.Faults.set(do)
	}
	store, destination := w.store, w.subject.Destination
	if w.mutated.store != nil {
		store = w.mutated.store(store)
	}
	if w.mutated.destination != nil {
		destination = w.mutated.destination(destination, store)
	}
	kept, err := quarantine.New(steppedPuts{w.s3, do}, quarantine.Config{Bucket: quarantineBucket}, "suite")
	require.NoError(w.tb, err)
	return &delivery.Handler{
		Source: &landing.Source{Client: w.s3, MaxDocumentBytes: 1 << 30}, Destination: destination, Quarantine: kept,
		Ledger: ledger.Ledger{Store: steppedStore{store, do}, Retention: 24 * time.Hour, Concurrency: 1, Now: w.clock},
		Chunks: w.limits, ReadConcurrency: 2, Log: slog.New(slog.DiscardHandler),
		Metrics: telemetry.NewEmitter(io.Discard, "suite", "test", time.Now),
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// wait lets every lease end.
func (w *world) wait() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(time.Hour)
}

// put stores an object that nobody has seen, and returns the message that points to it.
func (w *world) put(body string) events.SQSMessage {
	w.objects++
	key := fmt.Sprintf("rum/%05d.ndjson", w.objects)
	w.replace(key, body)
	return message(key)
}

// replace stores an object under a key, whatever was there.
func (w *world) replace(key, body string) {
	_, err := w.s3.PutObject(w.tb.Context(), &s3.PutObjectInput{Bucket: aws.String(rawBucket), Key: &key, Body: strings.NewReader(body)})
	require.NoError(w.tb, err)
}

// send stores an object of so many events, and a line that is none before, between or after them.
func (w *world) send(n int, poison ...int) events.SQSMessage {
	var body strings.Builder
	for i := range n + 1 {
		if slices.Contains(poison, i) {
			line := fmt.Sprintf("poison %d of object %d", i, w.objects+1)
			body.WriteString(line + "\n")
			w.refused = append(w.refused, line)
		}
		if i < n {
			line := w.events.line()
			body.WriteString(line)
			w.sent = append(w.sent, rumtest.Rows(decode(w.tb, line))...)
		}
	}
	return w.put(body.String())
}

// message points to an object. Its ID is the key's, so that a message that is handed out again keeps it.
func message(key string) events.SQSMessage {
	return events.SQSMessage{MessageId: key, Body: fmt.Sprintf(
		`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":%q},"object":{"key":%q,"size":1,"sequencer":"01"}}}]}`, rawBucket, key)}
}

// hand has a worker handle messages, and returns those that it leaves to SQS.
func (w *world) hand(worker *delivery.Handler, messages ...events.SQSMessage) []events.SQSMessage {
	event, ctx := events.SQSEvent{Records: messages}, w.tb.Context()
	if w.mutated.context != nil {
		ctx = w.mutated.context(ctx, event)
	}
	response, err := worker.Handle(ctx, event)
	if err != nil {
		w.tb.Errorf("the handler returns an error: %v", err)
	}
	return slices.DeleteFunc(slices.Clone(messages), func(m events.SQSMessage) bool {
		return !slices.Contains(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
	})
}

// receives is how often SQS hands out a message before it gives up on it.
const receives = 4

// drain hands messages to workers until all are acknowledged, as SQS would: in batches of two, in another order each
// time.
func (w *world) drain(messages ...events.SQSMessage) error {
	for range receives {
		w.wait()
		var left []events.SQSMessage
		for batch := range slices.Chunk(messages, 2) {
			left = append(left, w.hand(w.worker(nil), batch...)...)
		}
		if len(left) == 0 {
			return nil
		}
		slices.Reverse(left)
		messages = left
	}
	return fmt.Errorf("%w: %d messages were handed out %d times and are not acknowledged", errWrong, len(messages), receives)
}

// check says what is lost or there twice, of the events and of the refused lines.
func (w *world) check() error {
	if err := compare(w.sent, w.subject.ReadBack(w.tb)); err != nil {
		return err
	}
	reader, err := quarantine.NewReader(w.s3, quarantine.Config{Bucket: quarantineBucket})
	require.NoError(w.tb, err)
	var got []string
	for r, err := range reader.Records(w.tb.Context(), quarantine.Selection{}) {
		require.NoError(w.tb, err)
		got = append(got, string(r.Bytes()))
	}
	slices.Sort(got)
	if want := slices.Sorted(slices.Values(w.refused)); !slices.Equal(want, got) {
		return fmt.Errorf("%w: %d lines were refused, %d are in quarantine: want %q, have %q", errWrong, len(want), len(got), want, got)
	}
	return nil
}

// steppedStore makes steps of a worker's requests to the ledger.
type steppedStore struct {
	ledger.Store
	do func(func() error) error
}

func step[T any](do func(func() error) error, request func() (T, error)) (T, error) {
	var answer T
	err := do(func() (err error) {
		answer, err = request()
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return answer, nil
}

// Claim implements ledger.Store.
func (s steppedStore) Claim(ctx context.Context, c ledger.Claim) (ledger.Claim, error) {
	return step(s.do, func() (ledger.Claim, error) { return s.Store.Claim(ctx, c) })
}

// Insert implements ledger.Store.
func (s steppedStore) Insert(ctx context.Context, claims []ledger.Claim) []bool {
	made, err := step(s.do, func() ([]bool, error) { return s.Store.Insert(ctx, claims), nil })
	if err != nil {
		return make([]bool, len(claims))
	}
	return made
}

// TakeOver implements ledger.Store.
func (s steppedStore) TakeOver(ctx context.Context, from, to ledger.Claim) (bool, error) {
	return step(s.do, func() (bool, error) { return s.Store.TakeOver(ctx, from, to) })
}

// Release implements ledger.Store.
func (s steppedStore) Release(ctx context.Context, c ledger.Claim) error {
	return s.do(func() error { return s.Store.Release(ctx, c) })
}

// Record implements ledger.Store.
func (s steppedStore) Record(ctx context.Context, r ledger.Record, members []string) (ledger.Record, error) {
	return step(s.do, func() (ledger.Record, error) { return s.Store.Record(ctx, r, members) })
}

// Lookup implements ledger.Store.
func (s steppedStore) Lookup(ctx context.Context, batch string) (ledger.Record, error) {
	return step(s.do, func() (ledger.Record, error) { return s.Store.Lookup(ctx, batch) })
}

// Members implements ledger.Store.
func (s steppedStore) Members(ctx context.Context, batch string) ([]string, error) {
	return step(s.do, func() ([]string, error) { return s.Store.Members(ctx, batch) })
}

// Advance implements ledger.Store.
func (s steppedStore) Advance(ctx context.Context, from, to ledger.Record) (ledger.Record, error) {
	return step(s.do, func() (ledger.Record, error) { return s.Store.Advance(ctx, from, to) })
}

// Finish implements ledger.Store.
func (s steppedStore) Finish(ctx context.Context, batch string) (bool, error) {
	return step(s.do, func() (bool, error) { return s.Store.Finish(ctx, batch) })
}

// steppedPuts makes steps of a worker's requests to the quarantine.
type steppedPuts struct {
	*s3.Client
	do func(func() error) error
}

// PutObject stores an object.
func (s steppedPuts) PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	return step(s.do, func() (*s3.PutObjectOutput, error) { return s.Client.PutObject(ctx, in, opts...) })
}
