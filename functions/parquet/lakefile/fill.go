package lakefile

import (
	"fmt"

	"github.com/parquet-go/parquet-go"

	"github.com/rumline/rumline/shared/rum"
)

// fill puts the values of a field's leaf columns into the rows they belong to. A value of repetition level 0 begins
// the next row.
func fill(rows []Row, f field, columns [][]parquet.Value) error {
	if len(columns) == 0 {
		return nil
	}
	row := -1
	for i, v := range columns[0] {
		if v.RepetitionLevel() == 0 {
			row++
		}
		if row < 0 || row >= len(rows) {
			return fmt.Errorf("column %s does not have %d rows", f.Name, len(rows))
		}
		switch f.Kind {
		case rum.StringList:
			fillList(rows[row], f, v)
		case rum.StringMap:
			fillMap(rows[row], f, v, columns[1][i])
		default:
			if !v.IsNull() {
				rows[row][f.Name] = plain(f.Kind, v)
			}
		}
	}
	if row != len(rows)-1 {
		return fmt.Errorf("column %s has %d rows, not %d", f.Name, row+1, len(rows))
	}
	return nil
}

// fillList tells an absent list (definition level 0, unless it is required) from an empty one.
func fillList(row Row, f field, v parquet.Value) {
	list, _ := row[f.Name].([]string)
	switch {
	case !v.IsNull():
		row[f.Name] = append(list, string(v.ByteArray()))
	case v.DefinitionLevel() > 0 || f.Required:
		row[f.Name] = []string{}
	}
}

func fillMap(row Row, f field, key, value parquet.Value) {
	m, there := row[f.Name].(map[string]string)
	if !there {
		m = make(map[string]string)
		row[f.Name] = m
	}
	if !key.IsNull() {
		m[string(key.ByteArray())] = string(value.ByteArray())
	}
}

// plain is a value as Row has it.
func plain(kind rum.Kind, v parquet.Value) any {
	switch kind {
	case rum.Timestamp:
		return v.Int64()
	case rum.Uint8, rum.Uint16:
		return uint64(v.Int32()) // never negative: it was a uint16
	case rum.Uint32, rum.Uint64:
		return uint64(v.Int64()) // never negative: larger numbers are kept in extra
	case rum.Bool:
		return v.Boolean()
	case rum.Float32:
		return float64(v.Float())
	case rum.Float64:
		return v.Double()
	default:
		return string(v.ByteArray())
	}
}
