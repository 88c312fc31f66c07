// Package engine lets an engine that is not ours read the lake's files in tests: ClickHouse.
package engine

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
	local "github.com/rumline/rumline/tests/local/clickhouse"
)

// Engine is a ClickHouse.
type Engine struct {
	tb   testing.TB
	conn driver.Conn
}

// Start starts a ClickHouse that ends with the test.
func Start(tb testing.TB) *Engine {
	tb.Helper()
	server, err := local.Start(tb.Context(), local.Options{Dir: tb.TempDir()})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, server.Stop(context.Background())) })
	options, err := clickhouse.ParseDSN(server.DSN())
	require.NoError(tb, err)
	options.Settings = clickhouse.Settings{"max_query_size": 256 << 20, "session_timezone": "UTC"}
	conn, err := clickhouse.Open(options)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, conn.Close()) })
	return &Engine{tb: tb, conn: conn}
}

// Table is a table expression of a file's content, in one of ClickHouse's formats; structure
// names its columns, and may be empty where the format does. The bytes are part of the query, so
// that it matters neither where the server runs nor what it may read.
func Table(format, structure string, file []byte) string {
	if structure != "" {
		structure = "'" + structure + "', "
	}
	return fmt.Sprintf("format('%s', %sunhex('%s'))", format, structure, hex.EncodeToString(file))
}

// Column is a name and a type.
type Column struct{ Name, Type string }

// Describe returns the columns of a table expression as the engine sees them.
func (e *Engine) Describe(table string) []Column {
	e.tb.Helper()
	rows, err := e.conn.Query(e.tb.Context(), "DESCRIBE TABLE "+table)
	require.NoError(e.tb, err)
	var columns []Column
	for rows.Next() {
		var c Column
		var ignored [5]string
		require.NoError(e.tb, rows.Scan(&c.Name, &c.Type, &ignored[0], &ignored[1], &ignored[2], &ignored[3], &ignored[4]))
		columns = append(columns, c)
	}
	require.NoError(e.tb, rows.Err())
	require.NoError(e.tb, rows.Close())
	return columns
}

// Text runs a query of one text.
func (e *Engine) Text(query string) string {
	e.tb.Helper()
	var text string
	require.NoError(e.tb, e.conn.QueryRow(e.tb.Context(), query).Scan(&text))
	return text
}

// Rows reads a table expression whose columns are the schema's fields, in its order. ClickHouse has no list that is
// absent, so such a list is an empty one here.
func (e *Engine) Rows(table string) []rumtest.Row {
	e.tb.Helper()
	rows, err := e.conn.Query(e.tb.Context(), "SELECT toJSONString(tuple(*)) FROM "+table+" SETTINGS max_threads = 1")
	require.NoError(e.tb, err)
	var all []rumtest.Row
	for rows.Next() {
		var text string
		require.NoError(e.tb, rows.Scan(&text))
		var values []json.RawMessage
		require.NoError(e.tb, json.Unmarshal([]byte(text), &values))
		require.Len(e.tb, values, len(rum.Fields()))
		row := make(rumtest.Row)
		for i, f := range rum.Fields() {
			if string(values[i]) == "null" {
				continue
			}
			row[f.Name] = e.parse(f, values[i])
		}
		all = append(all, row)
	}
	require.NoError(e.tb, rows.Err())
	require.NoError(e.tb, rows.Close())
	return all
}

func (e *Engine) parse(f rum.Field, raw []byte) any {
	e.tb.Helper()
	var v any
	var err error
	switch f.Kind {
	case rum.Timestamp:
		var t time.Time
		t, err = time.Parse(`"2006-01-02 15:04:05.000"`, string(raw))
		v = t.UnixMilli()
	case rum.Uint8, rum.Uint16, rum.Uint32, rum.Uint64:
		v, err = strconv.ParseUint(string(raw), 10, 64)
	case rum.Float32:
		v, err = strconv.ParseFloat(string(raw), 32)
	case rum.Float64:
		v, err = strconv.ParseFloat(string(raw), 64)
	case rum.Bool:
		v, err = strconv.ParseBool(string(raw))
	case rum.StringList:
		v, err = unmarshal[[]string](raw)
	case rum.StringMap:
		v, err = unmarshal[map[string]string](raw)
	default:
		v, err = unmarshal[string](raw)
	}
	require.NoError(e.tb, err, f.Name)
	return v
}

func unmarshal[T any](raw []byte) (v T, err error) {
	err = json.Unmarshal(raw, &v)
	return v, err
}
