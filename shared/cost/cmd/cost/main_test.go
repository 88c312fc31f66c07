package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run([]string{"-events", "100e6", "-per-object", "1", "-env", "prod"}, &out))
	for _, part := range []string{"100 M events a month", "DynamoDB: ledger writes", "CloudWatch", "a million events", "paid by the object"} {
		require.Contains(t, out.String(), part)
	}
	out.Reset()
	require.NoError(t, run([]string{"-json"}, &out))
	var document struct {
		Destinations []struct{ Name string }
		PerMillion   float64 `json:"usd_per_million_events"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &document))
	require.Len(t, document.Destinations, 3)
	require.Positive(t, document.PerMillion)

	require.ErrorContains(t, run([]string{"-env", "moon"}, &out), "ENV is")
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
