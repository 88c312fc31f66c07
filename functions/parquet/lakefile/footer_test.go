package lakefile_test

import (
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

func TestColumnsAreTheFieldsInTheirOrder(t *testing.T) {
	t.Parallel()
	f := footer(t, encode(t, lakefile.NewEncoder(), laketest.Block(t, rumtest.Event(nil))))
	var names []string
	for _, column := range f.Root().Columns() {
		names = append(names, column.Name())
	}
	var want []string
	for _, field := range rum.Fields() {
		want = append(want, field.Name)
	}
	require.Equal(t, want, names)
}

func TestTypes(t *testing.T) {
	t.Parallel()
	f := footer(t, encode(t, lakefile.NewEncoder(), laketest.Block(t, rumtest.Event(nil))))
	for name, want := range map[string]string{
		"schema_version": "required int32 (INT(32,true))",
		"event_id":       "required binary (STRING)",
		"event_ts":       "required int64 (TIMESTAMP(isAdjustedToUTC=true,unit=MILLIS))",
		"ip_version":     "optional int32 (INT(32,true))",
		"beacon_seq":     "optional int64 (INT(64,true))",
		"transfer_bytes": "optional int64 (INT(64,true))",
		"cls":            "optional float",
		"lcp_ms":         "optional double",
		"save_data":      "optional boolean",
		"country":        "optional binary (STRING)",
		"url_query_keys": "optional group (LIST) { repeated group list { required binary element (STRING) } }",
		"extra":          "required group (MAP) { repeated group key_value { required binary key (STRING) required binary value (STRING) } }",
	} {
		require.Equal(t, want, describe(f.Root().Column(name), false), name)
	}
}

func TestFooterSaysWhereTheRowsComeFrom(t *testing.T) {
	t.Parallel()
	f := footer(t, encode(t, lakefile.NewEncoder(), laketest.Block(t, rumtest.Event(nil))))
	require.Equal(t, []format.KeyValue{
		{Key: "rumline.batch_id", Value: batchID},
		{Key: "rumline.chunk", Value: "7"},
		{Key: "rumline.schema_version", Value: "1"},
	}, []format.KeyValue(f.Metadata().KeyValueMetadata))
	require.Equal(t, "rumline version 2.0.0(build lakefile)", f.Metadata().CreatedBy)
}

func TestFooterHasWhatReadersSkipBy(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, laketest.Volume(12_000, 1, 1)...)
	f := footer(t, encode(t, lakefile.NewEncoder(), events))
	groups := f.Metadata().RowGroups
	require.Len(t, groups, 1)

	var sorting []string
	for _, s := range groups[0].SortingColumns {
		require.False(t, s.Descending)
		sorting = append(sorting, groups[0].Columns[s.ColumnIdx].MetaData.PathInSchema[0])
	}
	require.Equal(t, []string{"site_id", "event_type", "url_host", "url_path", "event_ts"}, sorting)

	for i, column := range groups[0].Columns {
		meta := column.MetaData
		name := meta.PathInSchema[0]
		require.Equal(t, format.Zstd, meta.Codec, name)
		require.GreaterOrEqual(t, meta.NumValues, int64(12_000), name)
		offsets, index := f.OffsetIndexes()[i], f.ColumnIndexes()[i]
		require.NotEmpty(t, offsets.PageLocations, name)
		require.Len(t, index.NullPages, len(offsets.PageLocations), name)
		for page, location := range offsets.PageLocations {
			require.Less(t, location.CompressedPageSize, int32(256<<10), name)
			if !index.NullPages[page] {
				require.NotEmpty(t, index.MaxValues[page], name)
			}
		}
		if meta.Statistics.NullCount < meta.NumValues {
			require.NotNil(t, meta.Statistics.MinValue, name)
			require.NotNil(t, meta.Statistics.MaxValue, name)
		}
	}

	ts := groups[0].Columns[leafOf(t, f, "event_ts")].MetaData.Statistics
	times := slices.Clone(events.Column(rum.Index("event_ts")).Times)
	require.Equal(t, slices.Min(times), parquet.Int64.Value(ts.MinValue).Int64())
	require.Equal(t, slices.Max(times), parquet.Int64.Value(ts.MaxValue).Int64())

	// Rows of a page lie together: the index of a sorted column leaves few pages to read for one site, and a page is
	// never of more than 8,192 rows, however little they take.
	site := leafOf(t, f, "site_id")
	require.Equal(t, []int64{0, 8192}, firstRows(f.OffsetIndexes()[site]))
	require.Equal(t, format.Ascending, f.ColumnIndexes()[site].BoundaryOrder)
	// Ids are all unlike: their pages end by bytes.
	require.Greater(t, len(firstRows(f.OffsetIndexes()[leafOf(t, f, "event_id")])), 3)
}

func TestLongFilesHaveSeveralRowGroups(t *testing.T) {
	t.Parallel()
	events := laketest.Block(t, laketest.Volume(250, 1, 1)...)
	data := encode(t, lakefile.NewEncoderOf(100), events)
	groups := footer(t, data).Metadata().RowGroups
	require.Len(t, groups, 3)
	require.EqualValues(t, 100, groups[1].NumRows)
	require.EqualValues(t, 50, groups[2].NumRows)
	require.Equal(t, rows(t, encode(t, lakefile.NewEncoder(), events)), rows(t, data))
}

func firstRows(index format.OffsetIndex) (rows []int64) {
	for _, location := range index.PageLocations {
		rows = append(rows, location.FirstRowIndex)
	}
	return rows
}
