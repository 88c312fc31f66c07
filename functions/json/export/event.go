package export

import (
	"strconv"

	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
)

func (p *plan) appendField(dst []byte, s *step, row int) []byte {
	c := s.column
	switch s.kind {
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
		if s.plain {
			return appendPlain(dst, &c.Strings, row)
		}
		return appendString(dst, c.Strings.At(row))
	}
}

// appendPlain appends a text that has nothing to escape.
func appendPlain(dst []byte, texts *rum.Strings, row int) []byte {
	text, ends := texts.Raw()
	from := 0
	if row > 0 {
		from = int(ends[row-1])
	}
	dst = appendShort(append(dst, '"'), text[from:], int(ends[row])-from)
	return append(dst, '"')
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
