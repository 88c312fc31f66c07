package pages_test

import (
	"io"
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/pages"
)

// read returns what the library reads of a column chunk.
func read(tb testing.TB, chunk parquet.ColumnChunk) (all pages.Values) {
	tb.Helper()
	each(tb, chunk, func(_ int, v parquet.Value) {
		if chunk.Column() != 2 { // the one that is required
			all.Definition = append(all.Definition, byte(v.DefinitionLevel()))
		}
		if chunk.Column() == 6 { // the list
			all.Repetition = append(all.Repetition, byte(v.RepetitionLevel()))
		}
		switch {
		case v.IsNull():
		case v.Kind() == parquet.ByteArray:
			all.Texts = append(all.Texts, string(v.ByteArray()))
		default:
			all.Numbers = append(all.Numbers, numberOf(v))
		}
	})
	return all
}

// each calls a function with every value of a column chunk and the number of its page.
func each(tb testing.TB, chunk parquet.ColumnChunk, f func(page int, v parquet.Value)) {
	tb.Helper()
	reader := chunk.Pages()
	defer reader.Close()
	for i := 0; ; i++ {
		page, err := reader.ReadPage()
		if err == io.EOF { //nolint:errorlint // bare by contract
			return
		}
		require.NoError(tb, err)
		values := make([]parquet.Value, page.NumValues())
		if n, err := page.Values().ReadValues(values); err != io.EOF { //nolint:errorlint // bare by contract
			require.NoError(tb, err)
			require.Len(tb, values, n)
		}
		for _, v := range values {
			f(i, v)
		}
		parquet.Release(page)
	}
}

func numberOf(v parquet.Value) uint64 {
	switch v.Kind() {
	case parquet.Boolean:
		if v.Boolean() {
			return 1
		}
		return 0
	case parquet.Int32:
		return uint64(int64(v.Int32()))
	case parquet.Float:
		return uint64(math.Float32bits(v.Float()))
	case parquet.Double:
		return math.Float64bits(v.Double())
	default:
		return uint64(v.Int64())
	}
}

// checkIndex holds the page index to the values of the pages.
func checkIndex(tb testing.TB, chunk parquet.ColumnChunk) {
	tb.Helper()
	index, err := chunk.ColumnIndex()
	require.NoError(tb, err)
	offsets, err := chunk.OffsetIndex()
	require.NoError(tb, err)
	require.Equal(tb, index.NumPages(), offsets.NumPages())
	nulls, rows := make([]int64, index.NumPages()), make([]int64, index.NumPages()+1)
	compare := chunk.Type().Compare
	each(tb, chunk, func(page int, v parquet.Value) {
		if v.RepetitionLevel() == 0 {
			rows[page+1]++
		}
		if v.IsNull() {
			nulls[page]++
			return
		}
		require.False(tb, index.NullPage(page))
		require.LessOrEqual(tb, compare(index.MinValue(page), v), 0)
		require.GreaterOrEqual(tb, compare(index.MaxValue(page), v), 0)
	})
	for page := range nulls {
		require.Equal(tb, nulls[page], index.NullCount(page), page)
		rows[page+1] += rows[page]
		require.Equal(tb, rows[page], offsets.FirstRowIndex(page), page)
	}
}
