package clickhouse_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/clickhouse"
)

// TestKillAndRestart: what was acknowledged survives kill -9, rows and tokens alike, on the same port.
func TestKillAndRestart(t *testing.T) {
	s, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir(), Log: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop(context.WithoutCancel(t.Context()))) })
	conn := openOn(t, s)
	mustExec(t, conn, dedupTable)
	require.NoError(t, sendNumbers(withToken(t.Context(), "first"), conn, 1, 2, 3))

	dsn, pid := s.DSN(), s.PID()
	require.NoError(t, s.Kill())
	require.Zero(t, s.PID())
	require.Error(t, conn.Ping(t.Context()))
	require.Error(t, s.Kill())
	require.NoError(t, s.Restart(t.Context()))
	require.Equal(t, dsn, s.DSN())
	require.NotEqual(t, pid, s.PID())

	conn = openOn(t, s)
	require.NoError(t, sendNumbers(withToken(t.Context(), "first"), conn, 1, 2, 3))
	require.Equal(t, uint64(3), one[uint64](t, conn, "SELECT count() FROM t"))
	require.NoError(t, sendNumbers(withToken(t.Context(), "second"), conn, 4))
	require.NoError(t, s.Restart(t.Context())) // of one that runs
	require.Equal(t, uint64(4), one[uint64](t, openOn(t, s), "SELECT count() FROM t"))
}

// TestStop: after Stop the process is gone and the port is free, also while a statement runs that will not end; twice is no error.
func TestStop(t *testing.T) {
	s, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir(), Log: t.Output()})
	require.NoError(t, err)
	address := host(t, s.DSN())
	pid := s.PID()
	conn, admin := connect(t, s), connect(t, s)
	failed := make(chan error, 1)
	go func() {
		failed <- conn.Exec(t.Context(), "SELECT max(sipHash64(number)) AS needle FROM numbers(1000000000000)")
	}()
	require.Eventually(t, func() bool {
		return one[uint64](t, admin, "SELECT count() FROM system.processes WHERE query LIKE '%AS needle%'") > 1 // with this one
	}, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, s.Stop(t.Context()))
	require.Error(t, <-failed)
	require.True(t, gone(pid))
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	require.NoError(t, s.Stop(t.Context()))
}

// TestOrphan: when the starter is killed, its server goes too.
func TestOrphan(t *testing.T) {
	starter := exec.Command(os.Args[0])
	starter.Env = append(os.Environ(), roleVariable+"=starter", "RUMLINE_TEST_DIR="+t.TempDir())
	starter.Stderr = t.Output()
	output, err := starter.StdoutPipe()
	require.NoError(t, err)
	input, err := starter.StdinPipe()
	require.NoError(t, err)
	defer input.Close()
	require.NoError(t, starter.Start())
	var started struct {
		DSN string
		PID int
	}
	require.NoError(t, json.NewDecoder(output).Decode(&started))
	require.NoError(t, starter.Process.Kill())
	require.Error(t, starter.Wait())
	require.Eventually(t, func() bool { return gone(started.PID) }, 30*time.Second, 10*time.Millisecond)
	_, err = net.DialTimeout("tcp", host(t, started.DSN), time.Second)
	require.Error(t, err)
}

// playStarter starts a server, tells of it, and waits to be killed.
func playStarter() int {
	s, err := clickhouse.Start(context.Background(), clickhouse.Options{Dir: os.Getenv("RUMLINE_TEST_DIR"), Log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"DSN": s.DSN(), "PID": s.PID()}); err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // which stays open
	return 0
}

func host(t *testing.T, dsn string) string {
	t.Helper()
	options, err := driver.ParseDSN(dsn)
	require.NoError(t, err)
	parsed, err := url.Parse("http://" + options.Addr[0])
	require.NoError(t, err)
	return parsed.Host
}
