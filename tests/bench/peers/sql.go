package peers

import (
	"fmt"
	"strings"

	"github.com/rumline/rumline/shared/rum"
)

// sortedBy is the order of the lake's files.
var sortedBy = []string{"site_id", "event_type", "url_host", "url_path", "event_ts"}

// typeOf has a field's type for each of the peers that want to be told.
func typeOf(f rum.Field) (duckDB, clickHouse, node string) {
	switch f.Kind {
	case rum.UUID:
		return "UUID", "Nullable(UUID)", "STRING"
	case rum.Timestamp:
		return "BIGINT", "Int64", "TIMESTAMP"
	case rum.Uint8:
		return "UTINYINT", "Nullable(UInt8)", "INT32"
	case rum.Uint16:
		return "USMALLINT", "Nullable(UInt16)", "INT32"
	case rum.Uint32:
		return "UINTEGER", "Nullable(UInt32)", "INT64"
	case rum.Uint64:
		return "UBIGINT", "Nullable(UInt64)", "INT64"
	case rum.Float32:
		return "FLOAT", "Nullable(Float32)", "DOUBLE"
	case rum.Float64:
		return "DOUBLE", "Nullable(Float64)", "DOUBLE"
	case rum.Bool:
		return "BOOLEAN", "Nullable(Bool)", "BOOLEAN"
	case rum.StringList:
		return "VARCHAR[]", "Array(String)", "JSON"
	case rum.StringMap:
		return "MAP(VARCHAR, VARCHAR)", "Map(String, String)", "JSON"
	case rum.String:
		return "VARCHAR", "Nullable(String)", "STRING"
	default:
		panic(fmt.Sprintf("peers: kind %d has no type", f.Kind))
	}
}

// DuckDBSQL has DuckDB write a file of the events as the lake's are: the same columns, sorted, in zstd, with row groups of the
// same size.
func DuckDBSQL(in, out string) string {
	var columns, selected []string
	for _, f := range rum.Fields() {
		kind, _, _ := typeOf(f)
		columns = append(columns, fmt.Sprintf("%s: '%s'", f.Name, kind))
		if f.Kind == rum.Timestamp {
			selected = append(selected, fmt.Sprintf("make_timestamp_ms(%s) AS %[1]s", f.Name))
		} else {
			selected = append(selected, f.Name)
		}
	}
	from := fmt.Sprintf("SELECT %s FROM read_ndjson('%s', columns = {%s}) ORDER BY %s",
		strings.Join(selected, ", "), in, strings.Join(columns, ", "), strings.Join(sortedBy, ", "))
	return duckDBCopy(from, out)
}

// DuckDBRewriteSQL has DuckDB write the rows of a Parquet file again.
func DuckDBRewriteSQL(in, out string) string {
	return duckDBCopy(fmt.Sprintf("SELECT * FROM read_parquet('%s')", in), out)
}

func duckDBCopy(from, out string) string {
	return fmt.Sprintf("COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)", from, out)
}

// ClickHouseSQL has ClickHouse's engine do the same.
func ClickHouseSQL(in, out string) string {
	var columns, selected []string
	for _, f := range rum.Fields() {
		_, kind, _ := typeOf(f)
		columns = append(columns, f.Name+" "+kind)
		if f.Kind == rum.Timestamp {
			selected = append(selected, fmt.Sprintf("fromUnixTimestamp64Milli(%s, 'UTC') AS %[1]s", f.Name))
		} else {
			selected = append(selected, f.Name)
		}
	}
	return fmt.Sprintf("INSERT INTO FUNCTION file('%s', 'Parquet') SELECT %s FROM file('%s', 'JSONEachRow', '%s') ORDER BY %s SETTINGS "+
		"max_threads = 1, max_insert_threads = 1, input_format_parallel_parsing = 0, input_format_skip_unknown_fields = 1, engine_file_truncate_on_insert = 1, "+
		"output_format_parquet_parallel_encoding = 0, output_format_parquet_compression_method = 'zstd', output_format_parquet_row_group_size = 122880",
		out, strings.Join(selected, ", "), in, strings.Join(columns, ", "), strings.Join(sortedBy, ", "))
}

// NodeColumns are the columns for hyparquet-writer.
func NodeColumns() []Column {
	var columns []Column
	for _, f := range rum.Fields() {
		_, _, kind := typeOf(f)
		columns = append(columns, Column{Name: f.Name, Type: kind})
	}
	return columns
}

// Sorted are the columns that the files are sorted by, the first first.
func Sorted() []string { return sortedBy }
