package bootstrap

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"iter"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/delivery/awstest"
	"github.com/rumline/rumline/shared/telemetry"
	"github.com/rumline/rumline/tests/generate"
)

// servesVariable has the test binary be AWS to another process of it, so that what AWS costs is not counted.
const servesVariable = "RUMLINE_TEST_SERVES"

func TestMain(m *testing.M) {
	if layout := os.Getenv(servesVariable); layout != "" {
		serve(layout)
		return
	}
	os.Exit(m.Run())
}

// serve answers until it is killed. The layout is how many objects there are and how many events each has.
func serve(layout string) {
	var objects, each int
	if _, err := fmt.Sscan(layout, &objects, &each); err != nil {
		panic(err)
	}
	fake := awstest.New()
	fake.Latency, fake.TableLatency = 20*time.Millisecond, 5*time.Millisecond
	records := func(yield func([]byte) bool) {
		for o := range generate.Objects(generate.Options{Seed: 1, Events: objects * each}) {
			for _, r := range o.Records {
				if !yield(r.JSON) {
					return
				}
			}
		}
	}
	next, stop := iter.Pull(records)
	defer stop()
	for n := range objects {
		fake.Put("raw", key(n), packed(next, each))
	}
	server := httptest.NewServer(fake)
	fmt.Println(server.URL)
	select {}
}

func key(n int) string { return fmt.Sprintf("rum/%06d.ndjson", n) }

// packed is NDJSON in gzip, as most collectors write it.
func packed(next func() ([]byte, bool), records int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range records {
		record, ok := next()
		if !ok {
			panic("too few events were made")
		}
		_, _ = w.Write(append(bytes.ReplaceAll(record, []byte("\n"), nil), '\n')) // to memory
	}
	_ = w.Close() // likewise
	return b.Bytes()
}

// discard takes the events and keeps none.
type discard struct{ events int }

// Write implements delivery.Destination.
func (d *discard) Write(ctx context.Context, batch *delivery.Batch) error {
	for chunk, err := range batch.Chunks() {
		if err != nil {
			return err
		}
		d.events += chunk.Events.Len()
		if err := batch.Wrote(ctx, chunk.Index); err != nil {
			return err
		}
	}
	return nil
}

// Probe implements delivery.Destination.
func (*discard) Probe(context.Context) error { return nil }

// BenchmarkBatch delivers batches to a destination that takes no time, by a function of 1,769 MB as it is configured,
// from an S3 that takes 20 ms for an answer. AWS is a process of its own; the processor's time is the function's alone.
func BenchmarkBatch(b *testing.B) {
	for _, layout := range []struct{ objects, events int }{{1000, 1}, {40, 1000}, {1, 40_000}} {
		b.Run(fmt.Sprintf("%dx%d", layout.objects, layout.events), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			handler, taken := worker(b, layout.objects, layout.events)
			total := layout.objects * layout.events
			n := 0
			deliver := func() {
				n++
				answer, err := handler.Handle(b.Context(), notices(layout.objects, n))
				require.NoError(b, err)
				require.Empty(b, answer.BatchItemFailures)
			}
			deliver()
			require.Equal(b, total, taken.events)
			before := cpu(b)
			for b.Loop() {
				deliver()
			}
			spent := cpu(b) - before
			b.ReportMetric(float64(spent.Microseconds())/float64(b.N*total), "cpu-µs/event")
			b.ReportMetric(float64(b.N*total)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// worker is a function as it is configured, before an AWS that has the objects.
func worker(b *testing.B, objects, each int) (*delivery.Handler, *discard) {
	b.Helper()
	server := exec.CommandContext(b.Context(), os.Args[0])
	server.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d", servesVariable, objects, each))
	out, err := server.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, server.Start())
	b.Cleanup(func() {
		_ = server.Process.Kill() // that is how it ends
		_ = server.Wait()         // likewise
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(b, err)
	for k, v := range map[string]string{
		"RUMLINE_ENVIRONMENT": "bench", "RUMLINE_PLACE": "here", "AWS_REGION": "eu-west-1", "RUMLINE_LEDGER_TABLE": "ledger",
		"RUMLINE_QUARANTINE_BUCKET": "quarantine-bucket", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_ENDPOINT_URL": strings.TrimSpace(url), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769", "RUMLINE_LOG_LEVEL": "error",
	} {
		b.Setenv(k, v)
	}
	taken := &discard{}
	handler, err := Function[own]{
		Name: "bench", Chunks: delivery.ChunkLimits{Rows: 10_000, Bytes: 16 << 20},
		New: func(context.Context, own, aws.Config) (delivery.Destination, error) { return taken, nil },
	}.handler(b.Context())
	require.NoError(b, err)
	handler.Metrics = telemetry.NewEmitter(io.Discard, "bench", "bench", time.Now)
	return handler, taken
}

// notices are the messages of a batch. Each generation is delivered anew.
func notices(objects, generation int) events.SQSEvent {
	var batch events.SQSEvent
	for n := range objects {
		batch.Records = append(batch.Records, events.SQSMessage{
			MessageId: strconv.Itoa(n),
			Body: fmt.Sprintf(`{"rumline":{"generation":"g%d"},"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1",`+
				`"eventTime":"2026-11-23T09:00:00.000Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:AIDAEXAMPLE"},`+
				`"s3":{"s3SchemaVersion":"1.0","configurationId":"landing","bucket":{"name":"raw","arn":"arn:aws:s3:::raw"},`+
				`"object":{"key":%q,"size":1000,"sequencer":"%016X"}}}]}`, generation, key(n), n),
		})
	}
	return batch
}

// cpu is the user time that this process has taken.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano())
}
