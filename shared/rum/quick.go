package rum

import (
	"math"

	"github.com/google/uuid"
)

// The quick readers take values in the forms that producers write nearly always: each makes a row of the value that
// begins at b[i], and returns the index behind it. It returns 0 for a value in any other form, and leaves the column as
// it is: then the value is read by the letter. So the quick readers decide nothing: what they take is what the parser
// would take, and the same.

// quickBytes is the length of texts up to which a quick reader copies. No limit in characters is below it.
const quickBytes = 128

// quickString takes a text without escapes. It copies word by word while it looks for the end, past which the last word
// may reach: hence the room of a word more.
func (c *Column) quickString(b []byte, i int) int {
	s := &c.Strings
	if i >= len(b) || b[i] != '"' {
		return 0
	}
	i++
	begin := len(s.text)
	if cap(s.text)-begin < quickBytes+wordBytes {
		s.reserve(quickBytes + wordBytes)
	}
	dst := s.text[begin : begin+quickBytes+wordBytes]
	for n := 0; n <= quickBytes && i+n+wordBytes <= len(b); n += wordBytes {
		w := word(b[i+n:])
		putWord(dst[n:], w)
		if mask := delimiters(w); mask != 0 {
			n += first(mask)
			if b[i+n] != '"' {
				return 0
			}
			s.text = s.text[:begin+n]
			c.endString()
			return i + n + 1
		}
	}
	return 0
}

func (c *Column) quickUUID(b []byte, i int) int {
	const quoted = 1 + uuidChars + 1
	if len(b)-i < quoted {
		return 0
	}
	text := b[i : i+quoted]
	if text[0] != '"' || text[quoted-1] != '"' {
		return 0
	}
	id, ok := parseUUID(text[1 : quoted-1])
	if !ok || id == uuid.Nil {
		return 0
	}
	c.setUUID(id)
	return i + quoted
}

func (c *Column) quickTimestamp(b []byte, i int) int {
	var ms int64
	var end int
	if i < len(b) && b[i] == '"' {
		var n int
		if ms, n = parseTime(b[i+1:]); n == 0 || b[i+1+n] != '"' {
			return 0
		}
		end = i + 1 + n + 1
	} else {
		var v uint64
		if v, end = integer(b, i); end == 0 {
			return 0
		}
		ms = int64(min(v, math.MaxInt64))
	}
	if ms < earliestMS || ms > latestMS {
		return 0
	}
	c.setTime(ms)
	return end
}

func (c *Column) quickUint(b []byte, i int) int {
	v, end := integer(b, i)
	if end == 0 || v > math.MaxUint64>>(64-width(c.kind)) {
		return 0
	}
	c.setUint(v)
	return end
}

func (c *Column) quickFloat(b []byte, i int) int {
	v, end := decimal(b, i)
	if end == 0 || !(v >= c.Field.Min && v <= c.Field.Max) {
		return 0
	}
	if c.kind == Float32 {
		v = float64(float32(v))
	}
	c.setFloat(v)
	return end
}

func (c *Column) quickBool(b []byte, i int) int {
	if len(b)-i < wordBytes {
		return 0
	}
	switch w := word(b[i:]); {
	case w&0xFFFFFFFF == 'e'<<24|'u'<<16|'r'<<8|'t':
		c.setUint(1)
		return i + len("true")
	case w&0xFFFFFFFFFF == 'e'<<32|'s'<<24|'l'<<16|'a'<<8|'f':
		c.setUint(0)
		return i + len("false")
	default:
		return 0
	}
}
