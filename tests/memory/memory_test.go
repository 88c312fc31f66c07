// Package memory measures what the functions take of their memory: the binaries that are deployed, on an object that
// is larger than it by far.
package memory

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/migrations"
	"github.com/rumline/rumline/shared/delivery/awstest"
	"github.com/rumline/rumline/tests/local/clickhouse"
	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

const (
	// memoryMB is the smallest memory that the functions are configured with.
	memoryMB = 512
	// documentBytes is what the object holds, decompressed.
	documentBytes = 2 << 30
	timeout       = 15 * time.Minute
)

// TestPeak delivers one object of 2 GiB by each function, and looks at the most memory that its process ever had.
func TestPeak(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it takes minutes")
	}
	for _, encoding := range []string{"zstd", "gzip"} {
		object := newObject(t, encoding, documentBytes)
		t.Logf("%s: %d MiB stored hold %d events in %d MiB", encoding, object.size()>>20, object.events, documentBytes>>20)
		for _, name := range []string{"parquet", "json", "clickhouse"} {
			t.Run(encoding+"/"+name, func(t *testing.T) { peak(t, name, object) })
		}
	}
}

func peak(t *testing.T, name string, object *object) {
	t.Helper()
	aws := &aws{object: object, ledger: awstest.New()}
	server := httptest.NewServer(aws)
	defer server.Close()
	host, err := lambdahost.New(lambdahost.Options{Endpoint: server.URL, Log: os.Stderr})
	require.NoError(t, err)
	defer func() { require.NoError(t, host.Close(context.Background())) }()

	environment := map[string]string{
		"RUMLINE_ENVIRONMENT": "memory", "RUMLINE_OUTPUT_BUCKET": "out-bucket", "RUMLINE_LEDGER_TABLE": "ledger",
		"RUMLINE_QUARANTINE_BUCKET": "quarantine-bucket",
	}
	if name == "clickhouse" {
		environment["RUMLINE_CLICKHOUSE_DSN"] = startClickHouse(t)
	}
	require.NoError(t, host.Deploy(lambdahost.Function{
		Name: name, ARN: "arn:aws:lambda:us-east-1:000000000000:function:" + name, Runtime: "provided.al2023", Handler: "bootstrap",
		Timeout: timeout, MemoryMB: memoryMB, Environment: environment, Code: build(t, name),
	}))
	result, err := host.Invoke(lambdahost.Request{Function: name, Payload: object.message(t)})
	require.NoError(t, err)
	t.Logf("peak %d MiB of %d MiB, %v, %d objects put", result.Report.PeakRSS>>20, memoryMB, result.Report.Duration.Round(time.Second), aws.puts.Load())
	require.Equal(t, lambdahost.StatusSuccess, result.Report.Status, "%s", result.LogTail)
	require.JSONEq(t, `{"batchItemFailures":[]}`, string(result.Payload), "%s", result.LogTail)
	require.Contains(t, string(result.LogTail), fmt.Sprintf(`"events":%d`, object.events))
	const margin = memoryMB << 20 * 9 / 10
	require.Less(t, result.Report.PeakRSS, int64(margin), "more than nine tenths of the function's memory")
}

// build makes the function's zip as the release does.
func build(t *testing.T, name string) []byte {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", binary,
		"github.com/rumline/rumline/functions/"+name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	code, err := os.ReadFile(binary)
	require.NoError(t, err)
	return lambdahosttest.ZipOf(t, "bootstrap", 0o755, code, "")
}

func startClickHouse(t *testing.T) string {
	t.Helper()
	server, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.Background())) })
	options, err := ch.ParseDSN(server.DSN())
	require.NoError(t, err)
	_, err = migrations.Up(t.Context(), options)
	require.NoError(t, err)
	require.NoError(t, migrations.SetRetention(t.Context(), options, migrations.Retention{}))
	return server.DSN()
}

func (o *object) message(t *testing.T) []byte {
	t.Helper()
	body := fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw-bucket"},"object":{"key":"rum/large","size":%d,"sequencer":"01"}}}]}`,
		o.size())
	payload, err := json.Marshal(map[string]any{"Records": []any{map[string]any{"messageId": "1", "body": body}}})
	require.NoError(t, err)
	return payload
}
