package httpfront

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestReadStatement(t *testing.T) {
	for name, c := range map[string]struct {
		body, sql, format, data string
		insert, rows            bool
	}{
		"empty":                     {body: "", sql: ""},
		"select":                    {body: "SELECT 1", sql: "SELECT 1", rows: true},
		"with":                      {body: "with a as (select 1) select * from a", sql: "with a as (select 1) select * from a", rows: true},
		"with insert":               {body: "WITH 1 AS x INSERT INTO t SELECT x", sql: "WITH 1 AS x INSERT INTO t SELECT x"},
		"brackets":                  {body: "((SELECT 1))", sql: "((SELECT 1))", rows: true},
		"comments":                  {body: "/* INSERT */ -- x\n#! y\nSELECT 1", sql: "/* INSERT */ -- x\n#! y\nSELECT 1", rows: true},
		"format":                    {body: "SELECT 1 FORMAT TSV ;", sql: "SELECT 1 FORMAT TSV ;", format: "TSV", rows: true},
		"format and settings":       {body: "SELECT 1 FORMAT JSON SETTINGS a=1, b='x'", sql: "SELECT 1 FORMAT JSON SETTINGS a=1, b='x'", format: "JSON", rows: true},
		"settings and format":       {body: "SELECT 1 SETTINGS a=1 FORMAT JSON", sql: "SELECT 1 SETTINGS a=1 FORMAT JSON", format: "JSON", rows: true},
		"a column named format":     {body: "SELECT format x FROM t", sql: "SELECT format x FROM t", rows: true},
		"a format in a string":      {body: "SELECT ' FORMAT CSV'", sql: "SELECT ' FORMAT CSV'", rows: true},
		"a format in a subquery":    {body: "SELECT * FROM (SELECT 1 FORMAT CSV)", sql: "SELECT * FROM (SELECT 1 FORMAT CSV)", rows: true},
		"ddl":                       {body: "CREATE TABLE t AS SELECT 1", sql: "CREATE TABLE t AS SELECT 1"},
		"insert select":             {body: "INSERT INTO t SELECT 1", sql: "INSERT INTO t SELECT 1"},
		"insert brackets":           {body: "INSERT INTO t (SELECT 1)", sql: "INSERT INTO t (SELECT 1)"},
		"insert with":               {body: "INSERT INTO t (a) WITH 1 AS x SELECT x", sql: "INSERT INTO t (a) WITH 1 AS x SELECT x"},
		"insert from infile":        {body: "INSERT INTO t FROM INFILE 'x' FORMAT CSV", sql: "INSERT INTO t FROM INFILE 'x' FORMAT CSV", format: "CSV"},
		"values":                    {body: "INSERT INTO t VALUES (1),\n\n(2)", insert: true, sql: "INSERT INTO t ", format: "Values", data: " (1),\n\n(2)"},
		"a column named values":     {body: "INSERT INTO t (values, format) VALUES (1)", insert: true, sql: "INSERT INTO t (values, format) ", format: "Values", data: " (1)"},
		"a column named select":     {body: "INSERT INTO t (select, a) VALUES (1)", insert: true, sql: "INSERT INTO t (select, a) ", format: "Values", data: " (1)"},
		"a table named values":      {body: "INSERT INTO values.format VALUES (1)", insert: true, sql: "INSERT INTO values.format ", format: "Values", data: " (1)"},
		"a quoted table":            {body: "INSERT INTO TABLE `a ``VALUES`.\"b\\\"\" FORMAT CSV\n1", insert: true, sql: "INSERT INTO TABLE `a ``VALUES`.\"b\\\"\" ", format: "CSV", data: "1"},
		"a table function":          {body: "INSERT INTO FUNCTION null('a Int8') VALUES (1)", insert: true, sql: "INSERT INTO FUNCTION null('a Int8') ", format: "Values", data: " (1)"},
		"format, binary data":       {body: "INSERT INTO t FORMAT Native\n\n\x0a\x00", insert: true, sql: "INSERT INTO t ", format: "Native", data: "\n\x0a\x00"},
		"format, data on the line":  {body: "INSERT INTO t FORMAT JSONEachRow {\"a\":1}", insert: true, sql: "INSERT INTO t ", format: "JSONEachRow", data: "{\"a\":1}"},
		"format, then a semicolon":  {body: "insert into t format CSV ; \n1;2", insert: true, sql: "insert into t ", format: "CSV", data: "1;2"},
		"format, settings before":   {body: "INSERT INTO t SETTINGS x='FORMAT CSV' FORMAT TSV\n", insert: true, sql: "INSERT INTO t SETTINGS x='FORMAT CSV' ", format: "TSV", data: ""},
		"an unclosed quote":         {body: "SELECT 'abc", sql: "SELECT 'abc", rows: true},
		"an unclosed comment":       {body: "INSERT INTO t /* VALUES (1)", sql: "INSERT INTO t /* VALUES (1)"},
		"an unclosed escape":        {body: `SELECT 'abc\`, sql: `SELECT 'abc\`, rows: true},
		"a statement of many bytes": {body: "SELECT " + strings.Repeat("1 + ", 200_000) + "1", sql: "SELECT " + strings.Repeat("1 + ", 200_000) + "1", rows: true},
		"much data":                 {body: "INSERT INTO t VALUES " + strings.Repeat("(1)", 200_000), insert: true, sql: "INSERT INTO t ", format: "Values", data: " " + strings.Repeat("(1)", 200_000)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readStatement(iotest.HalfReader(strings.NewReader(c.body)))
			require.NoError(t, err)
			require.Equal(t, c.sql, got.sql)
			require.Equal(t, c.format, got.format)
			require.Equal(t, c.rows, got.rows)
			require.Equal(t, c.insert, got.data != nil)
			if c.insert {
				data, err := io.ReadAll(got.data)
				require.NoError(t, err)
				require.Equal(t, c.data, string(data))
			}
		})
	}
}

func TestReadStatementThatBreaksOff(t *testing.T) {
	broken := errors.New("broken")
	_, err := readStatement(io.MultiReader(strings.NewReader("DROP TABLE t"), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken, "a statement cut off must not run")

	insert, err := readStatement(io.MultiReader(strings.NewReader("INSERT INTO t FORMAT CSV\n1\n"), iotest.ErrReader(broken)))
	require.NoError(t, err)
	data, err := io.ReadAll(insert.data)
	require.ErrorIs(t, err, broken)
	require.Equal(t, "1\n", string(data))

	_, err = readStatement(strings.NewReader("SELECT '" + strings.Repeat("x", maxStatement)))
	require.ErrorContains(t, err, "Code: 62.")
}

func TestChooseEncoding(t *testing.T) {
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "gzip, deflate": "gzip", "deflate, gzip;q=0.5, br": "br", "identity": "", "zstd;q=0, gzip": "gzip", "zstd": "zstd",
	} {
		require.Equal(t, want, chooseEncoding(accept), accept)
	}
}
