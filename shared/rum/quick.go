package rum

import (
	"math"

	"github.com/google/uuid"
)

// The quick readers take values in the forms that producers write nearly always, and append them to their columns. They
// return the index behind the value, or 0 for a value in any other form: then they leave the column as it is, and the
// value is read by the letter. So they decide nothing: what they take is what the others would take, and the same.

func (p *parser) quick(c *Column, i int) int {
	switch c.Field.Kind {
	case String:
		return p.quickString(c, i)
	case UUID:
		return p.quickUUID(c, i)
	case Timestamp:
		return p.quickTimestamp(c, i)
	case Uint8, Uint16, Uint32, Uint64:
		return p.quickUint(c, i)
	case Float32, Float64:
		return p.quickFloat(c, i)
	default:
		return 0
	}
}

// quickBytes is the length of texts up to which a quick reader copies. No limit in characters is below it.
const quickBytes = 128

// quickString takes a text without escapes. It copies word by word while it looks for the end, past which the last word
// may reach: hence the room of a word more.
func (p *parser) quickString(c *Column, i int) int {
	src, s := p.src, &c.Strings
	if i >= len(src) || src[i] != '"' {
		return 0
	}
	i++
	begin := len(s.text)
	if cap(s.text)-begin < quickBytes+wordBytes {
		s.reserve(quickBytes + wordBytes)
	}
	dst := s.text[begin : begin+quickBytes+wordBytes]
	for n := 0; n <= quickBytes && i+n+wordBytes <= len(src); n += wordBytes {
		w := word(src[i+n:])
		putWord(dst[n:], w)
		if mask := delimiters(w); mask != 0 {
			n += first(mask)
			if src[i+n] != '"' {
				return 0
			}
			s.text = s.text[:begin+n]
			s.end()
			c.Valid = append(c.Valid, true)
			return i + n + 1
		}
	}
	return 0
}

func (p *parser) quickUUID(c *Column, i int) int {
	const quoted = 1 + uuidChars + 1
	if len(p.src)-i < quoted {
		return 0
	}
	text := p.src[i : i+quoted]
	if text[0] != '"' || text[quoted-1] != '"' {
		return 0
	}
	id, ok := parseUUID(text[1 : quoted-1])
	if !ok || id == uuid.Nil {
		return 0
	}
	c.UUIDs = append(c.UUIDs, id)
	c.Valid = append(c.Valid, true)
	return i + quoted
}

func (p *parser) quickTimestamp(c *Column, i int) int {
	var ms int64
	var end int
	if p.at(i, '"') {
		var n int
		if ms, n = parseTime(p.src[i+1:]); n == 0 || !p.at(i+1+n, '"') {
			return 0
		}
		end = i + 1 + n + 1
	} else {
		var v uint64
		if v, end = integer(p.src, i); end == 0 {
			return 0
		}
		ms = int64(min(v, math.MaxInt64)) //nolint:gosec // it is bounded
	}
	if ms < earliestMS || ms > latestMS {
		return 0
	}
	c.Times = append(c.Times, ms)
	c.Valid = append(c.Valid, true)
	return end
}

func (p *parser) quickUint(c *Column, i int) int {
	v, end := integer(p.src, i)
	if end == 0 || v > math.MaxUint64>>(64-width(c.Field.Kind)) {
		return 0
	}
	c.Uints = append(c.Uints, v)
	c.Valid = append(c.Valid, true)
	return end
}

func (p *parser) quickFloat(c *Column, i int) int {
	v, end := decimal(p.src, i)
	if end == 0 || !(v >= c.Field.Min && v <= c.Field.Max) {
		return 0
	}
	if c.Field.Kind == Float32 {
		v = float64(float32(v))
	}
	c.Floats = append(c.Floats, v)
	c.Valid = append(c.Valid, true)
	return end
}
