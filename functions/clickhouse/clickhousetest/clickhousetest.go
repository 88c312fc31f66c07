// Package clickhousetest gives the tests of the ClickHouse destination a server, and each test a database of its own.
package clickhousetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/migrations"
	local "github.com/rumline/rumline/tests/local/clickhouse"
)

// User and Password are the credentials of the server that Run starts.
const (
	User     = "rumline"
	Password = "s3cret-of-the-tests"
)

var server *local.Server

// Run is for TestMain: it starts the server, runs the tests, stops it, and returns the exit code.
func Run(m *testing.M) int {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "rumline-clickhouse-*")
	if err != nil {
		return 0, fmt.Errorf("make a data directory: %w", err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	server, err = local.Start(ctx, local.Options{Dir: dir, User: User, Password: Password})
	if err != nil {
		return 0, fmt.Errorf("start ClickHouse: %w", err)
	}
	code = m.Run()
	return code, server.Stop(ctx)
}

// Options returns the options of a database that does not exist yet; it is dropped when the test is over.
func Options(tb testing.TB) *clickhouse.Options {
	tb.Helper()
	options, err := connection.Config{DSN: connection.DSN(server.DSN())}.Options(tb.Context(), nil)
	require.NoError(tb, err)
	// Unlike a function, tests do many things at once, on machines that have others to do.
	options.MaxOpenConns, options.MaxIdleConns, options.DialTimeout = 0, 0, time.Minute
	admin := *options
	name := "test_" + strings.Map(plain, strings.ToLower(tb.Name()))
	options.Auth.Database = name
	tb.Cleanup(func() {
		conn := Open(tb, &admin)
		require.NoError(tb, conn.Exec(context.WithoutCancel(tb.Context()), "DROP DATABASE IF EXISTS "+name))
	})
	return options
}

// Migrated returns the options of a new database that has the schema. It keeps events however old they are, so that
// tests need no clock.
func Migrated(tb testing.TB) *clickhouse.Options {
	tb.Helper()
	options := Options(tb)
	_, err := migrations.Up(tb.Context(), options)
	require.NoError(tb, err)
	require.NoError(tb, migrations.SetRetention(tb.Context(), options, migrations.Retention{}))
	return options
}

// Open connects, until the test is over.
func Open(tb testing.TB, options *clickhouse.Options) driver.Conn {
	tb.Helper()
	conn, err := clickhouse.Open(options)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, conn.Close()) })
	return conn
}

// Scalar runs a query of one row and one column.
func Scalar[T any](tb testing.TB, conn driver.Conn, query string, args ...any) T {
	tb.Helper()
	var v T
	require.NoError(tb, conn.QueryRow(tb.Context(), query, args...).Scan(&v), query)
	return v
}

func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

// DSN is that of a database that does not exist yet; it is dropped when the test is over. Change may make it another one;
// it may be nil.
func DSN(tb testing.TB, change func(*url.URL)) string {
	tb.Helper()
	dsn, err := url.Parse(server.DSN())
	require.NoError(tb, err)
	dsn.Path = "/" + Options(tb).Auth.Database
	if change != nil {
		change(dsn)
	}
	return dsn.String()
}
