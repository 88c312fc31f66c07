package clickhouse_test

import (
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/clickhouse"
)

// TestCurl asks as a person would.
func TestCurl(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		values url.Values
		body   string
		status int
		want   string
		header map[string]string
	}{
		"a query":           {"GET", url.Values{"query": {"SELECT 1"}}, "", 200, "1\n", map[string]string{"X-ClickHouse-Format": "TabSeparated"}},
		"a posted query":    {"POST", nil, "SELECT 1", 200, "1\n", nil},
		"in two parts":      {"POST", url.Values{"query": {"SELECT 1 +"}}, "2", 200, "3\n", nil},
		"a format":          {"GET", url.Values{"query": {"SELECT 1 AS a, 'x' AS b FORMAT JSONEachRow;"}}, "", 200, "{\"a\":1,\"b\":\"x\"}\n", nil},
		"a format by name":  {"GET", url.Values{"query": {"SELECT 1 AS a"}, "default_format": {"CSVWithNames"}}, "", 200, "\"a\"\n1\n", nil},
		"a column `format`": {"GET", url.Values{"query": {"SELECT format FROM (SELECT 2 AS format)"}}, "", 200, "2\n", nil},
		"no rows":           {"GET", url.Values{"query": {"SELECT 1 WHERE 0"}}, "", 200, "", map[string]string{"Content-Length": "0"}},
		"show":              {"GET", url.Values{"query": {"SHOW DATABASES LIKE 'default'"}}, "", 200, "default\n", nil},
		"a setting":         {"GET", url.Values{"query": {"SELECT getSetting('max_threads')"}, "max_threads": {"1"}}, "", 200, "1\n", nil},
		"a quoted setting": {
			"GET", url.Values{"query": {"SELECT getSetting('insert_deduplication_token')"}, "insert_deduplication_token": {`a'\"b`}}, "", 200, `a\'\\"b` + "\n", nil,
		},
		"a parameter":                {"GET", url.Values{"query": {"SELECT {a:String}, {b:UInt8}"}, "param_a": {"x'; --"}, "param_b": {"7"}}, "", 200, "x\\'; --\t7\n", nil},
		"a parameter without a name": {"GET", url.Values{"query": {"SELECT 1"}, "param_": {"x"}}, "", 400, "is no name of a setting", nil},
		"an empty parameter":         {"GET", url.Values{"query": {"SELECT length({a:String})"}, "param_a": {""}}, "", 200, "0\n", nil},
		"a misspelt keyword":         {"POST", nil, "SELEKT 1", 400, "(SYNTAX_ERROR)", map[string]string{"X-ClickHouse-Exception-Code": "62"}},
		"an unknown table":           {"POST", nil, "SELECT * FROM nope", 404, "(UNKNOWN_TABLE)", map[string]string{"X-ClickHouse-Exception-Code": "60"}},
		"an unknown database":        {"POST", url.Values{"database": {"no`pe"}}, "SELECT 1", 404, "(UNKNOWN_DATABASE)", map[string]string{"X-ClickHouse-Exception-Code": "81"}},
		"an unknown setting":         {"POST", url.Values{"nope": {"1"}}, "SELECT 1", 404, "(UNKNOWN_SETTING)", map[string]string{"X-ClickHouse-Exception-Code": "115"}},
		"SQL as a setting":           {"POST", url.Values{"max_threads = 1, readonly": {"1"}}, "SELECT 1", 400, "is no name of a setting", map[string]string{"X-ClickHouse-Exception-Code": "36"}},
		"several statements":         {"POST", nil, "SELECT 1; SELECT 2", 400, "Multi-statements", map[string]string{"X-ClickHouse-Exception-Code": "62"}},
		"GET only reads":             {"GET", url.Values{"query": {"CREATE TABLE z (a Int8) ENGINE = Memory"}}, "", 500, "(READONLY)", map[string]string{"X-ClickHouse-Exception-Code": "164"}},
		"a session":                  {"POST", url.Values{"session_id": {"x"}}, "SELECT 1", 501, "every request is a session", nil},
		"a time limit":               {"POST", url.Values{"max_execution_time": {"1"}}, "SELECT sleepEachRow(1) FROM numbers(30) SETTINGS max_block_size = 1", 408, "(TIMEOUT_EXCEEDED)", nil},
		"a memory limit":             {"POST", url.Values{"max_memory_usage": {"1000000"}}, "SELECT groupArray(number) FROM numbers(1000000)", 500, "(MEMORY_LIMIT_EXCEEDED)", map[string]string{"X-ClickHouse-Exception-Code": "241"}},
		"held back to the end":       {"POST", url.Values{"wait_end_of_query": {"1"}}, "SELECT throwIf(number = 999999) FROM numbers(1000000)", 500, "(FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)", nil},
	} {
		t.Run(name, func(t *testing.T) {
			status, body, header := send(t, c.method, c.values, strings.NewReader(c.body))
			require.Equal(t, c.status, status, body)
			if c.status == http.StatusOK {
				require.Equal(t, c.want, body)
			} else {
				require.Contains(t, body, c.want)
			}
			for name, value := range c.header {
				require.Equal(t, value, header.Get(name), name)
			}
		})
	}
}

// TestWholeFormats: a format with a header or a frame is written once for the whole result, which takes several blocks.
func TestWholeFormats(t *testing.T) {
	for format, c := range map[string]struct {
		once  string
		lines int
	}{
		"JSON":         {`"meta"`, 0},
		"CSVWithNames": {`"number"`, 200_001},
		"TSV":          {"199999\n", 200_000},
	} {
		t.Run(format, func(t *testing.T) {
			for _, wait := range []string{"0", "1"} {
				_, body, _ := post(t, url.Values{"default_format": {format}, "wait_end_of_query": {wait}}, strings.NewReader("SELECT number FROM numbers(200000)"))
				require.Equal(t, 1, strings.Count(body, c.once))
				if c.lines > 0 {
					require.Equal(t, c.lines, strings.Count(body, "\n"))
				}
			}
		})
	}
}

// TestExceptions: the driver sees the engine's codes, also when a result was already on its way.
func TestExceptions(t *testing.T) {
	for _, method := range []driver.CompressionMethod{driver.CompressionNone, driver.CompressionLZ4, driver.CompressionGZIP} {
		t.Run(method.String(), func(t *testing.T) {
			conn := open(t, func(o *driver.Options) { o.Compression = &driver.Compression{Method: method, Level: 1} })
			requireCode(t, 62, conn.Exec(t.Context(), "SELEKT 1"))
			requireCode(t, 60, conn.Exec(t.Context(), "INSERT INTO nope VALUES (1)"))
			requireCode(t, 47, conn.QueryRow(t.Context(), "SELECT nope").Err())
			mustExec(t, conn, "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n")
			requireCode(t, 57, conn.Exec(t.Context(), "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n"))

			rows, err := conn.Query(t.Context(), "SELECT number, throwIf(number = 999999) FROM numbers(1000000)")
			require.NoError(t, err, "a megabyte of result comes before the failure")
			read := 0
			for rows.Next() {
				read++
			}
			requireCode(t, 395, rows.Err())
			require.NotZero(t, read)
			mustExec(t, conn, "SELECT 1")
		})
	}
}

// TestCancel: when the client goes, its statement goes too.
func TestCancel(t *testing.T) {
	conn := open(t)
	for name, sql := range map[string]string{
		"a long SELECT":      "SELECT max(sipHash64(number)) AS needle FROM numbers(1000000000000)",
		"an INSERT … SELECT": "INSERT INTO FUNCTION null('needle UInt64') SELECT sipHash64(number) FROM numbers(1000000000000)",
	} {
		t.Run(name, func(t *testing.T) {
			running := func() bool {
				return one[uint64](t, conn, "SELECT count() FROM system.processes WHERE query LIKE '%needle%' AND query NOT LIKE '%system.processes%'") > 0
			}
			ctx, cancel := context.WithCancel(t.Context())
			failed := make(chan error, 1)
			go func() { failed <- conn.Exec(ctx, sql) }()
			require.Eventually(t, running, 30*time.Second, 10*time.Millisecond)
			cancel()
			require.ErrorIs(t, <-failed, context.Canceled)
			require.Eventually(t, func() bool { return !running() }, 30*time.Second, 10*time.Millisecond)
		})
	}
}

// TestSettingsEnd: what a request sets is gone after it, however it ends.
func TestSettingsEnd(t *testing.T) {
	for _, sql := range []string{"SELECT 1", "SELECT nope", "SET max_threads = 1", "CREATE TEMPORARY TABLE temp (a Int8)", "USE system"} {
		_, _, _ = post(t, url.Values{"max_threads": {"1"}, "insert_deduplication_token": {"x"}}, strings.NewReader(sql))
		_, body, _ := post(t, nil, strings.NewReader("SELECT getSetting('insert_deduplication_token'), currentDatabase(), "+
			"(SELECT count() FROM system.settings WHERE name = 'max_threads' AND changed), (SELECT count() FROM system.tables WHERE name = 'temp')"))
		require.Equal(t, "\tdefault\t0\t0\n", body, sql)
	}
}

// TestLargeResult reads 800 MB; the server must not hold them.
func TestLargeResult(t *testing.T) {
	before := peakBytes(t, server(t).PID())
	conn := open(t)
	rows, err := conn.Query(t.Context(), "SELECT number, repeat('x', 1000) FROM numbers(800000) SETTINGS max_block_size = 8192")
	require.NoError(t, err)
	count := 0
	for rows.Next() {
		count++
	}
	require.NoError(t, rows.Err())
	require.Equal(t, 800_000, count)
	require.Less(t, peakBytes(t, server(t).PID())-before, int64(400<<20))
}

// TestAuthentication lets the configured credentials in and no others.
func TestAuthentication(t *testing.T) {
	s := server(t)
	for name, change := range map[string]func(*driver.Options){
		"a wrong password": func(o *driver.Options) { o.Auth.Password = "wrong" },
		"no password":      func(o *driver.Options) { o.Auth.Password = "" },
		"another user":     func(o *driver.Options) { o.Auth.Username = "default" },
	} {
		t.Run(name, func(t *testing.T) {
			err := connect(t, s, change).Ping(t.Context())
			requireCode(t, 516, err)
			var status *driver.HTTPError
			require.ErrorAs(t, err, &status)
			require.Equal(t, http.StatusForbidden, status.StatusCode)
		})
	}
	for name, change := range map[string]func(*http.Request){
		"headers": func(r *http.Request) {
			r.Header.Set("X-ClickHouse-User", "rum")
			r.Header.Set("X-ClickHouse-Key", "s3cret'&")
		},
		"query string": func(r *http.Request) { r.URL.RawQuery += "&user=rum&password=" + url.QueryEscape("s3cret'&") },
		"basic":        func(r *http.Request) { r.SetBasicAuth("rum", "s3cret'&") },
	} {
		t.Run(name, func(t *testing.T) {
			dsn, err := url.Parse(s.DSN())
			require.NoError(t, err)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+dsn.Host+"/?query=SELECT%201", http.NoBody)
			require.NoError(t, err)
			change(request)
			response, err := client.Do(request)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Equal(t, http.StatusOK, response.StatusCode)
		})
	}
}

// TestMigrations runs goose through database/sql, twice.
func TestMigrations(t *testing.T) {
	db := openDB(t)
	files := fstest.MapFS{
		"1_first.sql":  {Data: []byte("-- +goose Up\nCREATE TABLE a (n UInt64) ENGINE = MergeTree ORDER BY n;\n\nINSERT INTO a VALUES (1), (2);\n")},
		"2_second.sql": {Data: []byte("-- +goose Up\nALTER TABLE a ADD COLUMN s LowCardinality(String) DEFAULT 'x';\n")},
	}
	for _, applied := range []int{2, 0} {
		provider, err := goose.NewProvider(goose.DialectClickHouse, db, files)
		require.NoError(t, err)
		results, err := provider.Up(t.Context())
		require.NoError(t, err)
		require.Len(t, results, applied)
	}
	var sum int
	var s string
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT sum(n), any(s) FROM a").Scan(&sum, &s))
	require.Equal(t, 3, sum)
	require.Equal(t, "x", s)
	require.ErrorIs(t, db.QueryRowContext(t.Context(), "SELECT n FROM a WHERE n = 99").Scan(&sum), sql.ErrNoRows)
}

func openDB(t *testing.T) *sql.DB {
	t.Helper()
	s := server(t)
	mustExec(t, connect(t, s), "CREATE DATABASE migrations")
	options, err := driver.ParseDSN(s.DSN())
	require.NoError(t, err)
	options.Auth.Database = "migrations"
	db := driver.OpenDB(options)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// TestExternal: an external server is used by its DSN, and never stopped or killed.
func TestExternal(t *testing.T) {
	s := server(t)
	t.Setenv(clickhouse.EnvDSN, s.DSN())
	own, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	require.Equal(t, "external", own.Kind())
	require.Equal(t, s.DSN(), own.DSN())
	require.Zero(t, own.PID())
	require.Error(t, own.Kill())
	require.Error(t, own.Restart(t.Context()))
	require.NoError(t, own.Stop(t.Context()))
	require.NoError(t, connect(t, s).Ping(t.Context()))

	for name, dsn := range map[string]string{"no DSN": "::", "nobody there": "http://127.0.0.1:1/"} {
		t.Setenv(clickhouse.EnvDSN, dsn)
		_, err = clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir()})
		require.ErrorContains(t, err, clickhouse.EnvDSN, name)
	}
}
