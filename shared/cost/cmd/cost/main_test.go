package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const repository = "../../../../terraform/destinations.auto.tfvars"

func TestRun(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run([]string{"-destinations", repository, "-events", "100e6", "-per-object", "1", "-env", "prod"}, &out))
	for _, part := range []string{"100 M events a month", "DynamoDB: ledger writes", "CloudWatch", "a million events", "paid by the object"} {
		require.Contains(t, out.String(), part)
	}
	require.NotContains(t, out.String(), "not measured")
	out.Reset()
	require.NoError(t, run([]string{"-destinations", repository, "-json"}, &out))
	var document struct {
		Destinations []struct{ Name string }
		PerMillion   float64 `json:"usd_per_million_events"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &document))
	require.Len(t, document.Destinations, 3)
	require.Positive(t, document.PerMillion)

	require.ErrorContains(t, run([]string{"-env", "moon"}, &out), "ENV is")
}

// A destination that was never measured is not left out without a word.
func TestNotMeasured(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source      string
		notMeasured []string
		err         string
	}{
		"all measured":  {source: `destinations = { json = {}, clickhouse = { secret = "dsn" } }`, notMeasured: []string{}},
		"two are not":   {source: `destinations = { tsv = {}, json = {}, "csv" = {} }`, notMeasured: []string{"csv", "tsv"}},
		"none":          {source: `region = "us-east-1"`, err: "destinations.auto.tfvars sets none"},
		"no map":        {source: `destinations = 3`, err: "read the destinations: "},
		"no HCL":        {source: `destinations = {`, err: "read the destinations: "},
		"names unknown": {source: `destinations = { (var.name) = {} }`, err: "read the destinations: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "destinations.auto.tfvars")
			require.NoError(t, os.WriteFile(path, []byte(c.source), 0o600))
			var out bytes.Buffer
			err := run([]string{"-destinations", path, "-json"}, &out)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			var document struct {
				NotMeasured []string `json:"not_measured"`
			}
			require.NoError(t, json.Unmarshal(out.Bytes(), &document))
			require.Equal(t, c.notMeasured, document.NotMeasured)

			out.Reset()
			require.NoError(t, run([]string{"-destinations", path}, &out))
			if len(c.notMeasured) == 0 {
				require.NotContains(t, out.String(), "not measured")
			} else {
				require.Contains(t, out.String(), "\nnot measured, and not in the sum: csv, tsv\n")
			}
		})
	}
	require.ErrorContains(t, run([]string{"-destinations", "missing"}, nil), "read the destinations: ")
}

func TestCoefficients(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "table.json")
	require.NoError(t, run([]string{"-coefficients", path}, nil))
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	kept, err := os.ReadFile("../../coefficients.json")
	require.NoError(t, err)
	require.Equal(t, string(kept), string(written))
}
