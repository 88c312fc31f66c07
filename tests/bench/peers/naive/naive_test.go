package naive_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/peers/naive"
	"github.com/rumline/rumline/tests/bench/rig"
	"github.com/rumline/rumline/tests/bench/sink"
)

// TestAll: a peer that did less than the job would be no measure.
func TestAll(t *testing.T) {
	t.Parallel()
	l, err := load.New(300)
	require.NoError(t, err)
	objects, err := l.Objects(300, load.Gzip)
	require.NoError(t, err)
	in, out := filepath.Join(t.TempDir(), "in.ndjson.gz"), filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.WriteFile(in, objects[0], 0o600))

	rows, err := naive.Parquet(in, out)
	require.NoError(t, err)
	require.Equal(t, 300, rows)
	file, err := os.ReadFile(out)
	require.NoError(t, err)
	rows, err = rig.ParquetRows(file)
	require.NoError(t, err)
	require.Equal(t, 300, rows)

	rows, err = naive.JSON(in, out)
	require.NoError(t, err)
	require.Equal(t, 300, rows)

	s := &sink.Sink{}
	server := httptest.NewServer(s)
	defer server.Close()
	rows, err = naive.ClickHouse(t.Context(), in, server.URL)
	require.NoError(t, err)
	require.Equal(t, 300, rows)
	require.EqualValues(t, 300, s.Take().Rows)

	_, err = naive.JSON("missing", out)
	require.Error(t, err)
}
