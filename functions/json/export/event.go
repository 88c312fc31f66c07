package export

import (
	"strconv"

	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
)

func (p *plan) appendField(dst []byte, c *rum.Column, row int) []byte {
	if !c.Valid[row] && c.Field.Kind != rum.StringMap { // a map that is absent is an empty one
		return append(dst, null...)
	}
	switch c.Field.Kind {
	case rum.UUID:
		return append(lake.AppendUUID(append(dst, '"'), c.UUIDs[row]), '"')
	case rum.Timestamp:
		return p.clock.appendTime(dst, c.Times[row])
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
