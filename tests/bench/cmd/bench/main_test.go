package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/peers"
)

func TestCommand(t *testing.T) {
	t.Parallel()
	for says, args := range map[string][]string{
		"is wanted":           nil,
		"is none of":          {"walk"},
		"which peer":          {"peer"},
		"is no peer":          {"peer", "cobol"},
		"where is libchdb":    {"peer", "chdb"},
		"`go tool task bench": {"readme", "-json", "missing"},
		"not defined":         {"run", "-fast"},
	} {
		require.ErrorContains(t, command(t.Context(), args, strings.NewReader(""), nil), says)
	}
}

// TestDecode: the peer that only decodes does decode everything.
func TestDecode(t *testing.T) {
	t.Parallel()
	l, err := load.New(200)
	require.NoError(t, err)
	objects, err := l.Objects(200, load.Gzip)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "in.gz")
	require.NoError(t, os.WriteFile(path, objects[0], 0o600))
	job, err := json.Marshal(peers.Job{In: path})
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, command(t.Context(), []string{"peer", "decode"}, bytes.NewReader(append(job, '\n')), &out))
	var got peers.Result
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Empty(t, got.Error)
	require.Equal(t, 200, got.Rows)
}
