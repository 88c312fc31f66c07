package lakefile_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
)

const batchID = "0123456789abcdef0123456789abcdef"

// encode makes a file of a whole block.
func encode(tb testing.TB, e *lakefile.Encoder, events *rum.Block) []byte {
	tb.Helper()
	var file bytes.Buffer
	require.NoError(tb, e.Encode(&file, lake.File{BatchID: batchID, Chunk: 7, Events: events, Rows: laketest.All(events, nil)}))
	return file.Bytes()
}

// encodeRows makes a file of some rows.
func encodeRows(tb testing.TB, events *rum.Block, picked []int) []byte {
	tb.Helper()
	var file bytes.Buffer
	require.NoError(tb, lakefile.NewEncoder().Encode(&file, lake.File{BatchID: batchID, Events: events, Rows: picked}))
	return file.Bytes()
}

// rows reads a file back.
func rows(tb testing.TB, data []byte, names ...string) []lakefile.Row {
	tb.Helper()
	f, err := lakefile.Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(tb, err)
	read := make([]lakefile.Row, 0, f.Len())
	for row, err := range f.Rows(names...) {
		require.NoError(tb, err)
		read = append(read, row)
	}
	require.Len(tb, read, f.Len())
	return read
}

// footer opens a file with the library, past our own reader.
func footer(tb testing.TB, data []byte) *parquet.File {
	tb.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(tb, err)
	return f
}

// rawRows prints the values of leaf columns, dots between the names of their paths.
func rawRows(tb testing.TB, data []byte, paths ...string) [][]string {
	tb.Helper()
	f := footer(tb, data)
	columns := make([][]string, len(paths))
	for i, path := range paths {
		leaf, found := f.Schema().Lookup(strings.Split(path, ".")...)
		require.True(tb, found, path)
		for _, group := range f.RowGroups() {
			pages := group.ColumnChunks()[leaf.ColumnIndex].Pages()
			for page, err := pages.ReadPage(); err != io.EOF; page, err = pages.ReadPage() { //nolint:errorlint // bare by contract
				require.NoError(tb, err)
				values := make([]parquet.Value, page.NumValues())
				if n, err := page.Values().ReadValues(values); err != io.EOF { //nolint:errorlint // bare by contract
					require.NoError(tb, err)
					require.Len(tb, values, n)
				}
				for _, v := range values {
					columns[i] = append(columns[i], v.String())
				}
			}
			require.NoError(tb, pages.Close())
		}
	}
	return columns
}

func leafOf(tb testing.TB, f *parquet.File, path ...string) int {
	tb.Helper()
	leaf, found := f.Schema().Lookup(path...)
	require.True(tb, found, path)
	return leaf.ColumnIndex
}

// describe prints a column's type as the Parquet format's own documents do.
func describe(c *parquet.Column, named bool) string {
	var b strings.Builder
	switch {
	case c.Optional():
		b.WriteString("optional ")
	case c.Repeated():
		b.WriteString("repeated ")
	default:
		b.WriteString("required ")
	}
	if c.Leaf() {
		b.WriteString(map[parquet.Kind]string{
			parquet.Boolean: "boolean", parquet.Int32: "int32", parquet.Int64: "int64",
			parquet.Float: "float", parquet.Double: "double", parquet.ByteArray: "binary",
		}[c.Type().Kind()])
	} else {
		b.WriteString("group")
	}
	if named {
		b.WriteString(" " + c.Name())
	}
	if logical := c.Type().LogicalType(); logical != nil {
		b.WriteString(" (" + logical.String() + ")")
	}
	if !c.Leaf() {
		b.WriteString(" { ")
		for _, child := range c.Columns() {
			b.WriteString(describe(child, true) + " ")
		}
		b.WriteString("}")
	}
	return b.String()
}
