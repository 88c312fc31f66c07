package peers_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/bench/peers"
)

// TestMain is a peer, too: one that does what the jobs say.
func TestMain(m *testing.M) {
	if os.Getenv("RUMLINE_TEST_PEER") == "" {
		os.Exit(m.Run())
	}
	err := peers.Serve(os.Stdin, os.Stdout, func(j peers.Job) (int, error) {
		if j.In == "broken" {
			return 0, errors.New("cannot be read")
		}
		return len(j.In), nil
	})
	if err != nil {
		os.Exit(1)
	}
}

func TestPeer(t *testing.T) {
	t.Setenv("RUMLINE_TEST_PEER", "1")
	self, err := os.Executable()
	require.NoError(t, err)
	p, err := peers.Start(t.Context(), "itself", "", self)
	require.NoError(t, err)
	got, err := p.Run(peers.Job{In: "12345"})
	require.NoError(t, err)
	require.Equal(t, 5, got.Rows)
	_, err = p.Run(peers.Job{In: "broken"})
	require.ErrorContains(t, err, "itself: cannot be read")
	got, err = p.Run(peers.Job{In: "1"})
	require.NoError(t, err, "it goes on")
	require.Equal(t, 1, got.Rows)
	require.NoError(t, p.Close())
	_, err = p.Run(peers.Job{})
	require.Error(t, err)
	_, err = peers.Start(t.Context(), "nobody", "", "/nonexistent")
	require.Error(t, err)
}

func TestServeRefuses(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.ErrorContains(t, peers.Serve(strings.NewReader("no job\n"), &out, nil), "read a job")
	require.InDelta(t, 1.5, peers.Result{CPU: 1_500_000}.Seconds(), 1e-9)
}

// TestSQL: the engines are told of every field.
func TestSQL(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{peers.DuckDBSQL("in", "out"), peers.ClickHouseSQL("in", "out")} {
		for _, f := range rum.Fields() {
			require.Contains(t, sql, f.Name)
		}
		require.Contains(t, sql, "ORDER BY "+strings.Join(peers.Sorted(), ", "))
	}
	require.Contains(t, peers.DuckDBRewriteSQL("in", "out"), "read_parquet('in')")
	require.Len(t, peers.NodeColumns(), len(rum.Fields()))
}

// TestScripts: what cannot be parsed would be found only by whoever runs the whole benchmark.
func TestScripts(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no Node.js to read the scripts, which the benchmark alone needs")
	}
	scripts, err := os.ReadDir("npm")
	require.NoError(t, err)
	for _, s := range scripts {
		if strings.HasSuffix(s.Name(), ".mjs") {
			out, err := exec.CommandContext(t.Context(), node, "--check", "npm/"+s.Name()).CombinedOutput()
			require.NoError(t, err, "%s", out)
		}
	}
	lock, err := os.ReadFile("npm/package-lock.json")
	require.NoError(t, err)
	require.NotContains(t, string(lock), "resolved", "the lock file names no registry")
}
