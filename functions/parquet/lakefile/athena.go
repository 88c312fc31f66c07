package lakefile

import (
	"fmt"
	"strings"

	"github.com/rumline/rumline/shared/rum"
)

// AthenaTable is the statement that makes the lake a table of Athena's. Partitions are projected from the layout of
// the keys, so that there is no catalogue to keep up to date.
//
// The location is that of the files, with its closing slash: "s3://bucket/events/".
func AthenaTable(location string) string {
	var b strings.Builder
	b.WriteString("CREATE EXTERNAL TABLE rum_events (\n")
	for i, f := range rum.Fields() {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "  `%s` %s COMMENT '%s'", f.Name, athenaType(f.Kind), strings.ReplaceAll(f.Doc, "'", "''"))
	}
	b.WriteString("\n)\nPARTITIONED BY (`dt` string, `hour` string)\nSTORED AS PARQUET\n")
	fmt.Fprintf(&b, "LOCATION '%s'\nTBLPROPERTIES (\n", location)
	for _, property := range [][2]string{
		{"projection.enabled", "true"},
		{"projection.dt.type", "date"},
		{"projection.dt.format", "yyyy-MM-dd"},
		{"projection.dt.range", "2026-01-01,NOW+1DAYS"}, // a client's clock may be a day ahead
		{"projection.hour.type", "integer"},
		{"projection.hour.range", "0,23"},
		{"projection.hour.digits", "2"},
	} {
		fmt.Fprintf(&b, "  '%s' = '%s',\n", property[0], property[1])
	}
	fmt.Fprintf(&b, "  'storage.location.template' = '%sdt=${dt}/hour=${hour}/'\n);\n", location)
	return b.String()
}

// athenaType is the Hive type of a column: the one that reads its Parquet type.
func athenaType(kind rum.Kind) string {
	switch kind {
	case rum.Timestamp:
		return "timestamp"
	case rum.Uint8, rum.Uint16:
		return "int"
	case rum.Uint32, rum.Uint64:
		return "bigint"
	case rum.Float32:
		return "float"
	case rum.Float64:
		return "double"
	case rum.Bool:
		return "boolean"
	case rum.StringList:
		return "array<string>"
	case rum.StringMap:
		return "map<string,string>"
	default:
		return "string"
	}
}
