package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/telemetry"
)

// numbered has another number in each counter.
func numbered(t *testing.T) (counts telemetry.Counts, names []string) {
	t.Helper()
	v := reflect.ValueOf(&counts).Elem()
	for i := range v.NumField() {
		v.Field(i).SetInt(int64(i + 1))
		names = append(names, v.Type().Field(i).Name)
	}
	return counts, names
}

// TestFormat holds the lines against the specification of the embedded metric format.
func TestFormat(t *testing.T) {
	t.Parallel()
	counts, names := numbered(t)
	at := time.UnixMilli(1_795_000_000_123)
	var out bytes.Buffer
	emitter := telemetry.NewEmitter(&out, "parquet", "prod", func() time.Time { return at })
	require.NoError(t, emitter.Emit(telemetry.Metrics{
		Counts:      counts,
		Failures:    map[failure.Code]int64{failure.ObjectMissing: 2, failure.ObjectDenied: 3},
		Quarantined: map[rum.Reason]int64{rum.Syntax: 4},
		RequestID:   "r1",
	}))
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Len(t, lines, 3, "one for the invocation, and one for each code")

	all := decode(t, lines[0])
	require.Equal(t, [][]string{{"Destination", "Environment"}}, all.directive.Dimensions)
	var defined []string
	for _, m := range all.directive.Metrics {
		defined = append(defined, m.Name)
	}
	require.ElementsMatch(t, append(names, "Failures", "PermanentFailures", "SystemicFailures", "Imbalance"), defined, "every counter is a metric")
	v := reflect.ValueOf(counts)
	for _, name := range names {
		require.EqualValues(t, v.FieldByName(name).Int(), all.members[name], name)
	}
	require.EqualValues(t, 5, all.members["Failures"])
	require.EqualValues(t, 3, all.members["PermanentFailures"])
	require.Equal(t, map[string]any{"object_missing": 2., "object_denied": 3.}, all.members["failures_by_code"])
	require.Equal(t, map[string]any{"syntax": 4.}, all.members["quarantined_by_reason"])
	require.Equal(t, "r1", all.members["request_id"])

	for i, want := range []struct {
		code string
		n    float64
	}{{"object_denied", 3}, {"object_missing", 2}} {
		line := decode(t, lines[i+1])
		require.Equal(t, [][]string{{"Destination", "Environment", "Code"}}, line.directive.Dimensions)
		require.Len(t, line.directive.Metrics, 1)
		require.Equal(t, "Failures", line.directive.Metrics[0].Name)
		require.Equal(t, want.code, line.members["Code"])
		require.InDelta(t, want.n, line.members["Failures"], 0)
	}

	parsed, ok := telemetry.ParseLine([]byte(lines[0]))
	require.True(t, ok)
	require.Equal(t, telemetry.Line{
		Destination: "parquet", Environment: "prod", At: at,
		Metrics: telemetry.Metrics{
			Counts: counts, RequestID: "r1",
			Failures:    map[failure.Code]int64{failure.ObjectMissing: 2, failure.ObjectDenied: 3},
			Quarantined: map[rum.Reason]int64{rum.Syntax: 4},
		},
	}, parsed)
	_, ok = telemetry.ParseLine([]byte(lines[1]))
	require.False(t, ok, "a code's numbers are in the invocation's already")
}

type line struct {
	members   map[string]any
	directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []struct{ Name, Unit string }
	}
}

// decode reads a line and checks what the specification asks of each: a timestamp, one namespace, at most 100 metrics and
// 30 dimensions, a unit that CloudWatch knows, a string for every dimension and a number for every metric.
func decode(t *testing.T, text string) line {
	t.Helper()
	var l line
	require.NoError(t, json.Unmarshal([]byte(text), &l.members))
	metadata, err := json.Marshal(l.members["_aws"])
	require.NoError(t, err)
	var aws struct {
		Timestamp         int64
		CloudWatchMetrics []json.RawMessage
	}
	require.NoError(t, json.Unmarshal(metadata, &aws))
	require.EqualValues(t, 1_795_000_000_123, aws.Timestamp)
	require.Len(t, aws.CloudWatchMetrics, 1)
	require.NoError(t, json.Unmarshal(aws.CloudWatchMetrics[0], &l.directive))
	require.Equal(t, telemetry.Namespace, l.directive.Namespace)
	require.LessOrEqual(t, len(l.directive.Metrics), 100)
	for _, m := range l.directive.Metrics {
		require.Contains(t, []string{"Count", "Milliseconds"}, m.Unit)
		require.IsType(t, 0., l.members[m.Name], m.Name)
	}
	require.Len(t, l.directive.Dimensions, 1)
	for _, d := range l.directive.Dimensions[0] {
		require.NotEmpty(t, l.members[d], d)
		require.IsType(t, "", l.members[d], d)
	}
	return l
}

func TestOtherLinesAreNoMetrics(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "START RequestId: 1", `{"level":"INFO","msg":"batch delivered"}`, `[1]`,
		`{"_aws":{"Timestamp":1},"Destination":"parquet","Environment":"dev","Latency":7}`,
	} {
		_, ok := telemetry.ParseLine([]byte(text))
		require.False(t, ok, text)
	}
}

func TestALogThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	emitter := telemetry.NewEmitter(full{}, "parquet", "dev", time.Now)
	require.ErrorIs(t, emitter.Emit(telemetry.Metrics{}), errFull)
}

var errFull = errors.New("no space")

type full struct{}

// Write implements io.Writer.
func (full) Write([]byte) (int, error) { return 0, errFull }

// TestSystemicFailures: what every object needs is told from what single objects lack. Time that ran out counts among
// them where nothing was stored in it.
func TestSystemicFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		chunks   int64
		failures map[failure.Code]int64
		want     int64
	}{
		"none":            {},
		"single objects":  {failures: map[failure.Code]int64{failure.ObjectMissing: 2, failure.MalformedMessage: 1, failure.Internal: 1}},
		"the destination": {failures: map[failure.Code]int64{failure.DestinationUnavailable: 3, failure.ObjectMissing: 1}, want: 3},
		"all that is shared": {failures: map[failure.Code]int64{
			failure.DestinationRefused: 1, failure.LedgerUnavailable: 1, failure.LedgerRefused: 1, failure.SourceUnavailable: 1,
			failure.QuarantineUnavailable: 1, failure.QuarantineRefused: 1,
		}, want: 6},
		"kept waiting":  {failures: map[failure.Code]int64{failure.DeadlineNear: 4}, want: 4},
		"a large batch": {chunks: 2, failures: map[failure.Code]int64{failure.DeadlineNear: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			emitter := telemetry.NewEmitter(&out, "d", "e", func() time.Time { return time.UnixMilli(1_795_000_000_123) })
			require.NoError(t, emitter.Emit(telemetry.Metrics{Counts: telemetry.Counts{Chunks: test.chunks}, Failures: test.failures}))
			line, _, _ := strings.Cut(out.String(), "\n")
			require.EqualValues(t, test.want, decode(t, line).members["SystemicFailures"])
		})
	}
}

// TestEmitCounts: counters of somebody's own are metrics of the same dimensions, and no invocation's line.
func TestEmitCounts(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	emitter := telemetry.NewEmitter(&out, "parquet", "prod", func() time.Time { return time.UnixMilli(1_795_000_000_123) })
	require.NoError(t, emitter.EmitCounts(map[string]int64{"B": 2, "A": 0}, map[string]any{"why": "test"}))
	line := decode(t, strings.TrimSuffix(out.String(), "\n"))
	require.Equal(t, [][]string{{"Destination", "Environment"}}, line.directive.Dimensions)
	require.Len(t, line.directive.Metrics, 2)
	require.Equal(t, "A", line.directive.Metrics[0].Name)
	require.EqualValues(t, 2, line.members["B"])
	require.Equal(t, "test", line.members["why"])
	_, ok := telemetry.ParseLine(out.Bytes())
	require.False(t, ok)
}
