package pages_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/pages"
)

// types is a schema of every type and level that the writer knows.
var types = parquet.NewSchema("types", parquet.Group{
	"a_bool":   parquet.Optional(parquet.Leaf(parquet.BooleanType)),
	"b_int32":  parquet.Optional(parquet.Leaf(parquet.Int32Type)),
	"c_int64":  parquet.Leaf(parquet.Int64Type),
	"d_float":  parquet.Optional(parquet.Leaf(parquet.FloatType)),
	"e_double": parquet.Optional(parquet.Leaf(parquet.DoubleType)),
	"f_text":   parquet.Optional(parquet.String()),
	"g_list":   parquet.Optional(parquet.List(parquet.String())),
})

// columnsOf makes rows of the schema, in which a value is absent now and then and a page is longer than one.
func columnsOf(n int, r *rand.Rand) []pages.Values {
	columns := make([]pages.Values, 7)
	for row := range n {
		optional := func(i int, v uint64) {
			if r.IntN(3) == 0 || row/100%5 == 0 {
				columns[i].Definition = append(columns[i].Definition, 0)
				return
			}
			columns[i].Definition = append(columns[i].Definition, 1)
			columns[i].Numbers = append(columns[i].Numbers, v)
		}
		optional(0, r.Uint64N(2))
		optional(1, uint64(int64(int32(r.Uint32()))))
		columns[2].Numbers = append(columns[2].Numbers, r.Uint64())
		optional(3, uint64(math.Float32bits(r.Float32()-0.5)))
		optional(4, math.Float64bits(r.NormFloat64()))
		columns[5].Definition = append(columns[5].Definition, 1)
		columns[5].Texts = append(columns[5].Texts, strings.Repeat("é", r.IntN(30))+fmt.Sprint(row))
		list := &columns[6]
		switch elements := r.IntN(4) - 1; elements {
		case -1, 0:
			list.Repetition, list.Definition = append(list.Repetition, 0), append(list.Definition, byte(elements+1))
		default:
			for i := range elements {
				list.Repetition, list.Definition = append(list.Repetition, byte(min(i, 1))), append(list.Definition, 2)
				list.Texts = append(list.Texts, fmt.Sprint(r.IntN(1000)))
			}
		}
	}
	return columns
}

// withDictionary is the same values by their numbers.
func withDictionary(v pages.Values) pages.Values {
	d := pages.NewDictionary()
	by := pages.Values{Definition: v.Definition, Repetition: v.Repetition, Dictionary: d}
	for _, s := range v.Texts {
		by.IDs = append(by.IDs, d.Text(s))
	}
	for _, n := range v.Numbers {
		by.IDs = append(by.IDs, d.Number(n, 8))
	}
	return by
}

func write(tb testing.TB, w *pages.Writer, groups ...[]pages.Values) []byte {
	tb.Helper()
	dst := bytes.NewBufferString("what was there before")
	from := dst.Len()
	w.Begin(dst)
	for _, columns := range groups {
		w.BeginGroup(len(columns[2].Numbers) + len(columns[2].IDs))
		for _, v := range columns {
			require.NoError(tb, w.Write(v))
		}
	}
	require.NoError(tb, w.End(format.KeyValue{Key: "k", Value: "v"}))
	return dst.Bytes()[from:]
}

func newWriter(tb testing.TB) *pages.Writer {
	tb.Helper()
	schema, err := pages.NewSchema(types, "c_int64")
	require.NoError(tb, err)
	return pages.NewWriter(schema)
}

// The library's reader shares the structures of the format with the writer, and none of its code.
func TestLibraryReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	columns := columnsOf(rows, rand.New(rand.NewPCG(1, 1)))
	numbered := slices.Clone(columns)
	for i, v := range columns {
		if i > 0 { // no reader expects a dictionary of two values
			numbered[i] = withDictionary(v)
		}
	}
	data := write(t, newWriter(t), columns, numbered)
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	require.EqualValues(t, 2*rows, f.NumRows())
	require.EqualValues(t, 2, f.Metadata().RowGroups[0].SortingColumns[0].ColumnIdx)
	for _, group := range f.RowGroups() {
		for i, chunk := range group.ColumnChunks() {
			got := read(t, chunk)
			require.Equal(t, columns[i].Definition, got.Definition, i)
			require.Equal(t, columns[i].Repetition, got.Repetition, i)
			require.Equal(t, columns[i].Texts, got.Texts, i)
			require.Equal(t, columns[i].Numbers, got.Numbers, i)
			checkIndex(t, chunk)
		}
	}
}

func TestSameColumnsSameBytes(t *testing.T) {
	t.Parallel()
	columns := columnsOf(3000, rand.New(rand.NewPCG(1, 1)))
	other := columnsOf(9000, rand.New(rand.NewPCG(2, 2)))
	want := write(t, newWriter(t), columns)
	used := newWriter(t)
	for range 2 {
		write(t, used, other, other)
		require.True(t, bytes.Equal(want, write(t, used, columns)))
	}
}

func TestColumnsWithoutAValue(t *testing.T) {
	t.Parallel()
	columns := make([]pages.Values, 7)
	columns[2].Numbers = slices.Repeat([]uint64{7}, 30_000)
	columns[6].Repetition = make([]byte, 30_000)
	columns[6].Definition = make([]byte, 30_000)
	data := write(t, newWriter(t), columns)
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	for i, chunk := range f.RowGroups()[0].ColumnChunks() {
		if i == 2 {
			continue
		}
		got := read(t, chunk)
		require.Equal(t, make([]byte, 30_000), got.Definition, i)
		require.Empty(t, got.Texts)
		require.Empty(t, got.Numbers)
		meta := f.Metadata().RowGroups[0].Columns[i].MetaData
		require.EqualValues(t, 30_000, meta.Statistics.NullCount)
		require.Nil(t, meta.Statistics.MinValue)
		if i != 6 {
			require.Less(t, meta.TotalCompressedSize, int64(100), "a run is a run")
		}
	}
}

func TestSortingByWhatIsNotThere(t *testing.T) {
	t.Parallel()
	_, err := pages.NewSchema(types, "nothing")
	require.ErrorContains(t, err, "nothing")
}
