package lake

import (
	"strings"

	"github.com/rumline/rumline/shared/rum"
)

// Row is one event in plain values, for comparing what was read with what was written: the names of fields to a
// string (also for a UUID), uint64, float64, bool, int64 (milliseconds since the Unix epoch), []string or
// map[string]string. A field that is absent is not in it, nor is a map without entries, which is the same.
type Row map[string]any

// RowOf returns the event in a row of a block. It shares nothing with the block.
func RowOf(events *rum.Block, row int) Row {
	r := make(Row)
	for i, field := range rum.Fields() {
		if v := valueOf(events.Column(i), row); v != nil {
			r[field.Name] = v
		}
	}
	return r
}

// valueOf is a field's value, nil where it is absent.
func valueOf(c *rum.Column, row int) any {
	if !c.Valid[row] {
		return nil
	}
	switch c.Field.Kind {
	case rum.String:
		return strings.Clone(c.Strings.At(row))
	case rum.UUID:
		return c.UUIDs[row].String()
	case rum.Timestamp:
		return c.Times[row]
	case rum.Uint8, rum.Uint16, rum.Uint32, rum.Uint64:
		return c.Uints[row]
	case rum.Bool:
		return c.Uints[row] != 0
	case rum.Float32, rum.Float64:
		return c.Floats[row]
	case rum.StringList:
		return list(c, row)
	case rum.StringMap:
		if m := entries(c, row); len(m) > 0 {
			return m
		}
	}
	return nil
}

func list(c *rum.Column, row int) []string {
	from, to := c.Elements(row)
	l := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		l = append(l, strings.Clone(c.Strings.At(i)))
	}
	return l
}

func entries(c *rum.Column, row int) map[string]string {
	from, to := c.Elements(row)
	m := make(map[string]string, (to-from)/2)
	for i := from; i < to; i += 2 {
		m[strings.Clone(c.Strings.At(i))] = strings.Clone(c.Strings.At(i + 1))
	}
	return m
}
