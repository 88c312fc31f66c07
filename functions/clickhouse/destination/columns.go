package destination

import (
	"fmt"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rumline/rumline/shared/rum"
)

// Table is where the Writer puts events.
const Table = "rum_events"

// rollup is the table that rollupView counts the events in.
const (
	rollup     = "rum_vitals_1m"
	rollupView = "rum_vitals_1m_mv"
)

// The columns that say where a row came from, ahead of the event's own.
const (
	batchIDColumn    = "batch_id"
	batchChunkColumn = "batch_chunk"
	batchColumns     = 2
)

// Columns returns the names and types of the columns that the Writer fills, in their order in the table: the batch's,
// then one for each of rum.Fields. Columns that the table has beyond these are filled by the server.
func Columns() []clickhouse.ColumnNameAndType {
	columns := []clickhouse.ColumnNameAndType{
		{Name: batchIDColumn, Type: "LowCardinality(String)"},
		{Name: batchChunkColumn, Type: "UInt32"},
	}
	for _, f := range rum.Fields() {
		columns = append(columns, clickhouse.ColumnNameAndType{Name: f.Name, Type: columnType(f)})
	}
	return columns
}

// columnType is the ClickHouse type of a field, spelled as the server spells it. What may be absent is Nullable, so
// that absent and zero stay two things; a list or map that is absent is empty, because ClickHouse has no other way.
func columnType(f rum.Field) string {
	t := baseType(f.Kind)
	if nullable(f) {
		t = "Nullable(" + t + ")"
	}
	if f.LowCardinality {
		t = "LowCardinality(" + t + ")"
	}
	return t
}

func nullable(f rum.Field) bool {
	return !f.Required && f.Kind != rum.StringList && f.Kind != rum.StringMap
}

func baseType(k rum.Kind) string {
	switch k {
	case rum.String:
		return "String"
	case rum.UUID:
		return "UUID"
	case rum.Timestamp:
		return "DateTime64(3, 'UTC')"
	case rum.Uint8:
		return "UInt8"
	case rum.Uint16:
		return "UInt16"
	case rum.Uint32:
		return "UInt32"
	case rum.Uint64:
		return "UInt64"
	case rum.Float32:
		return "Float32"
	case rum.Float64:
		return "Float64"
	case rum.Bool:
		return "Bool"
	case rum.StringList:
		return "Array(String)"
	case rum.StringMap:
		return "Map(LowCardinality(String), String)"
	default:
		panic(fmt.Sprintf("destination: no ClickHouse type for kind %d", k))
	}
}

// target is one of Columns, with what is ahead of its values in the Native format: its name, its type and, where there is a
// dictionary in it, the version of the way in which that is written.
type target struct {
	clickhouse.ColumnNameAndType
	head []byte
}

// dictionaryVersion is SharedDictionariesWithAdditionalKeys, the only one that there is.
const dictionaryVersion = 1

func nativeColumns() []target {
	columns := make([]target, 0, batchColumns+len(rum.Fields()))
	for _, c := range Columns() {
		var b proto.Buffer
		b.PutString(c.Name)
		b.PutString(c.Type)
		if strings.Contains(c.Type, "LowCardinality(") {
			b.PutUInt64(dictionaryVersion)
		}
		columns = append(columns, target{c, b.Buf})
	}
	return columns
}
