package clickhouse_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/clickhouse"
)

// Most tests share one server, each with a database of its own.
var shared struct {
	start  func()
	server *clickhouse.Server
	err    error
}

// The test binary plays two other programs, told by this variable.
const roleVariable = "RUMLINE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "starter":
		os.Exit(playStarter())
	case "clickhouse":
		os.Exit(playClickHouse())
	default:
		os.Exit(run(m))
	}
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "rumline-localch-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	start := func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		shared.server, shared.err = clickhouse.Start(ctx, clickhouse.Options{Dir: dir, User: "rum", Password: "s3cret'&", Log: os.Stderr})
	}
	shared.start = sync.OnceFunc(start)
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Stop(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// server returns the shared server. Without one the test fails, with the line that says how to get one.
func server(t *testing.T) *clickhouse.Server {
	t.Helper()
	shared.start()
	require.NoError(t, shared.err)
	return shared.server
}

// open connects to the shared server, in a new database named like the test.
func open(t *testing.T, change ...func(*driver.Options)) driver.Conn {
	t.Helper()
	return openOn(t, server(t), change...)
}

func openOn(t *testing.T, s *clickhouse.Server, change ...func(*driver.Options)) driver.Conn {
	t.Helper()
	admin := connect(t, s, func(*driver.Options) {})
	name := fmt.Sprintf("db_%x", t.Name())
	require.NoError(t, admin.Exec(t.Context(), "CREATE DATABASE IF NOT EXISTS "+name))
	return connect(t, s, append(change, func(o *driver.Options) { o.Auth.Database = name })...)
}

func connect(t *testing.T, s *clickhouse.Server, change ...func(*driver.Options)) driver.Conn {
	t.Helper()
	options, err := driver.ParseDSN(s.DSN())
	require.NoError(t, err)
	for _, f := range change {
		f(options)
	}
	conn, err := driver.Open(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn
}

// mustExec runs statements that must succeed.
func mustExec(t *testing.T, conn driver.Conn, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		require.NoError(t, conn.Exec(t.Context(), sql), sql)
	}
}

// one returns the only value of a query.
func one[T any](t *testing.T, conn driver.Conn, sql string, args ...any) T {
	t.Helper()
	var value T
	require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&value), sql)
	return value
}

// requireCode demands an exception of ClickHouse with this code.
func requireCode(t *testing.T, code int32, err error) {
	t.Helper()
	var exception *driver.Exception
	require.ErrorAs(t, err, &exception)
	require.Equal(t, code, exception.Code, exception.Message)
}

// client keeps no connection beyond its request, so that no test waits for another's.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
