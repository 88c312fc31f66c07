package export

import (
	"strconv"
	"time"

	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
)

// appendEvent appends an event as a JSON object: every field of the schema in its order, null where it is absent.
func appendEvent(dst []byte, events *rum.Block, row int) []byte {
	for i := range names {
		dst = append(dst, names[i]...)
		dst = appendField(dst, events.Column(i), row)
	}
	return append(dst, '}')
}

// names are what stands before every field's value.
var names = func() [][]byte {
	all := make([][]byte, len(rum.Fields()))
	for i, f := range rum.Fields() {
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		all[i] = append(appendString([]byte{before}, f.Name), ':')
	}
	return all
}()

func appendField(dst []byte, c *rum.Column, row int) []byte {
	if !c.Valid[row] && c.Field.Kind != rum.StringMap { // a map that is absent is an empty one
		return append(dst, "null"...)
	}
	switch c.Field.Kind {
	case rum.UUID:
		return append(lake.AppendUUID(append(dst, '"'), c.UUIDs[row]), '"')
	case rum.Timestamp:
		return time.UnixMilli(c.Times[row]).UTC().AppendFormat(dst, timestamp)
	case rum.Uint8, rum.Uint16, rum.Uint32, rum.Uint64:
		return strconv.AppendUint(dst, c.Uints[row], 10)
	case rum.Float32:
		return appendFloat(dst, c.Floats[row], 32)
	case rum.Float64:
		return appendFloat(dst, c.Floats[row], 64)
	case rum.Bool:
		return strconv.AppendBool(dst, c.Uints[row] != 0)
	case rum.StringList:
		return appendList(dst, c, row)
	case rum.StringMap:
		return appendMap(dst, c, row)
	default:
		return appendString(dst, c.Strings.At(row))
	}
}

// timestamp is RFC 3339 in UTC with milliseconds, always 24 characters, in quotes.
const timestamp = `"2006-01-02T15:04:05.000Z"`

func appendList(dst []byte, c *rum.Column, row int) []byte {
	dst = append(dst, '[')
	from, to := c.Elements(row)
	for i := from; i < to; i++ {
		if i > from {
			dst = append(dst, ',')
		}
		dst = appendString(dst, c.Strings.At(i))
	}
	return append(dst, ']')
}

// appendMap relies on the block's order of keys.
func appendMap(dst []byte, c *rum.Column, row int) []byte {
	dst = append(dst, '{')
	from, to := c.Elements(row)
	for i := from; i < to; i += 2 {
		if i > from {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, c.Strings.At(i)), ':')
		dst = appendString(dst, c.Strings.At(i+1))
	}
	return append(dst, '}')
}
