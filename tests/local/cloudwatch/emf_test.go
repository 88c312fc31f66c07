package cloudwatch

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/telemetry"
)

func TestParseEMF(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123)
	dimensions := []Dimension{{"A", "x"}}
	tests := map[string]struct {
		line string
		want []Datum
		err  string
	}{
		"a log line":             {line: `{"level":"INFO","msg":"hello"}`},
		"no JSON":                {line: `START RequestId: "_aws"`},
		"a line about something": {line: `{"msg":"_aws is null","_aws":null}`},
		"units, lists and sets": {
			line: `{"_aws":{"Timestamp":1700000000123,"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["A"],["A","B"],[]],
				"Metrics":[{"Name":"one","Unit":"Seconds"},{"Name":"many"},{"Name":"not there"},{"Name":"empty"}]}]},
				"A":"x","B":"y","one":1.5,"many":[1,2,3],"empty":[],"other":9}`,
			want: []Datum{
				{"N", "one", "Seconds", dimensions, []float64{1.5}, at},
				{"N", "many", "None", dimensions, []float64{1, 2, 3}, at},
				{"N", "one", "Seconds", []Dimension{{"A", "x"}, {"B", "y"}}, []float64{1.5}, at},
				{"N", "many", "None", []Dimension{{"A", "x"}, {"B", "y"}}, []float64{1, 2, 3}, at},
				{"N", "one", "Seconds", nil, []float64{1.5}, at},
				{"N", "many", "None", nil, []float64{1, 2, 3}, at},
			},
		},
		"no dimensions": {
			line: `{"_aws":{"Timestamp":1700000000123,"CloudWatchMetrics":[{"Namespace":"N","Metrics":[{"Name":"m","Unit":"Count"}]}]},"m":0}`,
			want: []Datum{{"N", "m", "Count", nil, []float64{0}, at}},
		},
		"no namespace":      {line: `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Metrics":[{"Name":"m"}]}]},"m":0}`, err: "no namespace"},
		"no time":           {line: `{"_aws":{"CloudWatchMetrics":[{"Namespace":"N","Metrics":[{"Name":"m"}]}]},"m":0}`, err: "Timestamp"},
		"text for a number": {line: `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"N","Metrics":[{"Name":"m"}]}]},"m":"0"}`, err: "neither"},
		"a number for a dimension": {
			line: `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["A"]],"Metrics":[{"Name":"m"}]}]},"A":1,"m":0}`, err: "dimension A",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseEMF(tt.line)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// What the functions print is read, each line of it.
func TestParseOurLines(t *testing.T) {
	var out bytes.Buffer
	now := time.UnixMilli(1_700_000_000_000)
	emitter := telemetry.NewEmitter(&out, "parquet", "local", func() time.Time { return now })
	require.NoError(t, emitter.Emit(telemetry.Metrics{
		Counts: telemetry.Counts{ObjectsReceived: 5, ObjectsFailed: 3}, Failures: map[failure.Code]int64{failure.DestinationRefused: 3},
	}))
	values := map[string]float64{}
	for line := range bytes.Lines(out.Bytes()) {
		data, err := ParseEMF(string(line))
		require.NoError(t, err)
		for _, d := range data {
			assert.Equal(t, telemetry.Namespace, d.Namespace)
			assert.Equal(t, now, d.Time)
			assert.Equal(t, []Dimension{{"Destination", "parquet"}, {"Environment", "local"}}, d.Dimensions[:2])
			name := d.Name
			for _, more := range d.Dimensions[2:] {
				name += "/" + more.Value
			}
			values[name] = d.Values[0]
		}
	}
	assert.Subset(t, values, map[string]float64{
		"ObjectsReceived": 5, "ObjectsFailed": 3, "Failures": 3, "Failures/" + string(failure.DestinationRefused): 3, "Invocations": 0,
	})
}
