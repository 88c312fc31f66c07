package rum

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
	"unsafe"

	"github.com/google/uuid"
)

// value reads the value that begins at src[i] into the field's column, and returns the index behind it. Its error is
// for what is no JSON; a JSON value that the field cannot take is a problem of the record.
func (p *parser) value(c *Column, i int) (int, error) {
	rows := p.block.rows
	if p.at(i, 'n') && bytes.HasPrefix(p.src[i:], null) {
		if len(c.Valid) > rows {
			c.truncate(rows)
		}
		return i + len(null), nil
	}
	// Of members with the same key the last one counts, as in encoding/json.
	if len(c.Valid) != rows {
		c.resize(rows)
	}
	if rows == cap(c.Valid) {
		c.reserve(rows + 1)
	}
	if n := notFinite(p.src[i:]); n > 0 {
		p.fail(NotFinite, c.Field.Name, string(p.src[i:i+n]))
		return i + n, nil
	}
	switch c.kind {
	case String:
		return p.stringValue(c, i)
	case UUID:
		return p.uuidValue(c, i)
	case Timestamp:
		return p.timestampValue(c, i)
	case Uint8, Uint16, Uint32, Uint64:
		return p.uintValue(c, i)
	case Float32, Float64:
		return p.floatValue(c, i)
	case Bool:
		return p.boolValue(c, i)
	case StringList:
		return p.listValue(c, i)
	case StringMap:
		return p.mapValue(c, i)
	default:
		panic(fmt.Sprintf("rum: field %s has no kind", c.Field.Name))
	}
}

var null = []byte("null")

func (p *parser) stringValue(c *Column, i int) (int, error) {
	if !p.at(i, '"') {
		return p.mismatch(c, i, "a string")
	}
	end, err := p.appendString(c, i)
	if err == nil {
		c.endString()
	}
	return end, err
}

// appendString appends the string that begins at src[i] to the column's text.
func (p *parser) appendString(c *Column, i int) (int, error) {
	end, escaped, err := scanString(p.src, i)
	if err != nil {
		return end, err
	}
	s := &c.Strings
	begin := len(s.text)
	if raw := p.src[i+1 : end-1]; escaped {
		s.text = appendUnescaped(s.text, raw)
	} else {
		s.text = append(s.text, raw...)
	}
	if tooLong(s.text[begin:], c.Field.MaxChars) {
		p.fail(StringTooLong, c.Field.Name, fmt.Sprintf("it may have %d characters", c.Field.MaxChars))
	}
	return end, nil
}

// unquoted returns the text of the string that begins at src[i], valid until the next call.
func (p *parser) unquoted(i int) ([]byte, int, error) {
	end, escaped, err := scanString(p.src, i)
	if err != nil {
		return nil, end, err
	}
	raw := p.src[i+1 : end-1]
	if escaped {
		p.text = appendUnescaped(p.text[:0], raw)
		raw = p.text
	}
	return raw, end, nil
}

func (p *parser) uuidValue(c *Column, i int) (int, error) {
	if !p.at(i, '"') {
		return p.mismatch(c, i, "a UUID")
	}
	text, end, err := p.unquoted(i)
	if err != nil {
		return end, err
	}
	id, err := uuid.ParseBytes(text)
	if err != nil || id == uuid.Nil {
		p.fail(BadUUID, c.Field.Name, excerpt(text))
	}
	c.setUUID(id)
	return end, nil
}

// Producers whose clocks show another century are refused: stores of dates have limits of their own, and some wrap
// around silently.
var (
	earliestMS = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	latestMS   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() - 1
)

func (p *parser) timestampValue(c *Column, i int) (int, error) {
	var ms float64
	var end int
	switch {
	case p.at(i, '"'):
		text, after, err := p.unquoted(i)
		if err != nil {
			return after, err
		}
		t, err := time.Parse(time.RFC3339Nano, string(text))
		if err != nil {
			p.fail(BadTimestamp, c.Field.Name, excerpt(text)+" is not RFC 3339")
		}
		ms, end = float64(t.UnixMilli()), after
	case p.atNumber(i):
		var err error
		if end, _, err = scanNumber(p.src, i); err != nil {
			return end, err
		}
		// Clocks of browsers have fractions of a millisecond, and milliseconds is what is kept.
		ms = math.Floor(parseFloat(p.src[i:end]))
	default:
		return p.mismatch(c, i, "milliseconds or RFC 3339")
	}
	if !(ms >= float64(earliestMS) && ms <= float64(latestMS)) {
		p.fail(BadTimestamp, c.Field.Name, excerpt(p.src[i:end])+" is not of the years 2000 to 2099")
		ms = 0
	}
	c.setTime(int64(ms))
	return end, nil
}

func (p *parser) uintValue(c *Column, i int) (int, error) {
	if !p.atNumber(i) {
		return p.mismatch(c, i, "a number")
	}
	end, integer, err := scanNumber(p.src, i)
	if err != nil {
		return end, err
	}
	number := p.src[i:end]
	var v uint64
	switch {
	case !integer:
		// 3.0 and 3e2 are integers too, in JSON.
		f := parseFloat(number)
		switch {
		case f != math.Trunc(f):
			p.fail(TypeMismatch, c.Field.Name, excerpt(number)+" is not an integer")
		case f < 0:
			p.fail(Negative, c.Field.Name, excerpt(number))
		case f > math.Min(c.Field.Max, 1<<53):
			p.fail(OutOfRange, c.Field.Name, excerpt(number))
		default:
			v = uint64(f)
		}
	case number[0] == '-':
		if parseFloat(number) != 0 {
			p.fail(Negative, c.Field.Name, excerpt(number))
		}
	default:
		v, err = strconv.ParseUint(borrow(number), 10, width(c.kind))
		if err != nil {
			p.fail(OutOfRange, c.Field.Name, excerpt(number))
		}
	}
	c.setUint(v)
	return end, nil
}

func (p *parser) floatValue(c *Column, i int) (int, error) {
	if !p.atNumber(i) {
		return p.mismatch(c, i, "a number")
	}
	end, _, err := scanNumber(p.src, i)
	if err != nil {
		return end, err
	}
	v := parseFloat(p.src[i:end])
	switch {
	case math.IsInf(v, 0):
		p.fail(NotFinite, c.Field.Name, excerpt(p.src[i:end])+" is more than a float64 holds")
	case v < 0 && c.Field.Min >= 0:
		p.fail(Negative, c.Field.Name, excerpt(p.src[i:end]))
	case v < c.Field.Min || v > c.Field.Max:
		p.fail(OutOfRange, c.Field.Name, excerpt(p.src[i:end]))
	case v == 0:
		v = 0 // no negative zero: stores disagree on whether it equals zero
	case c.kind == Float32:
		v = float64(float32(v))
	}
	c.setFloat(v)
	return end, nil
}

func (p *parser) boolValue(c *Column, i int) (int, error) {
	var v uint64
	switch {
	case bytes.HasPrefix(p.src[i:], []byte("true")):
		v, i = 1, i+4
	case bytes.HasPrefix(p.src[i:], []byte("false")):
		i += 5
	default:
		return p.mismatch(c, i, "true or false")
	}
	c.setUint(v)
	return i, nil
}

func (p *parser) listValue(c *Column, i int) (int, error) {
	if !p.at(i, '[') {
		return p.mismatch(c, i, "a list of strings")
	}
	begin := i
	for first := true; ; first = false {
		element, end, err := nextElement(p.src, i+1, first)
		if err != nil {
			return end, err
		}
		if element < 0 {
			c.endElements()
			return end, nil
		}
		if !p.at(element, '"') {
			return p.mismatch(c, begin, "a list of strings")
		}
		if end, err = p.appendString(c, element); err != nil {
			return end, err
		}
		c.Strings.end()
		i = end - 1
	}
}

// mapValue reads a producer's own extra, member by member as if they were unknown fields.
func (p *parser) mapValue(c *Column, i int) (int, error) {
	if !p.at(i, '{') {
		return p.mismatch(c, i, "an object")
	}
	for first := true; ; first = false {
		key, end, err := nextMember(p.src, i+1, first)
		if err != nil || key < 0 {
			return end, err
		}
		name, value, err := p.name(key)
		if err != nil {
			return value, err
		}
		if end, err = p.unknown(name, value); err != nil {
			return end, err
		}
		i = end - 1
	}
}

// mismatch is a value of a type that the field does not take. It is passed over, since what follows may be no JSON.
func (p *parser) mismatch(c *Column, i int, want string) (int, error) {
	end, err := skipValue(p.src, i, 1)
	if err != nil {
		return end, err
	}
	p.fail(TypeMismatch, c.Field.Name, excerpt(p.src[i:end])+" is not "+want)
	return end, nil
}

func (p *parser) at(i int, c byte) bool { return i < len(p.src) && p.src[i] == c }

func (p *parser) atNumber(i int) bool {
	return i < len(p.src) && (p.src[i] == '-' || p.src[i] >= '0' && p.src[i] <= '9')
}

// parseFloat parses a checked number; what float64 cannot hold is infinite.
func parseFloat(number []byte) float64 {
	v, err := strconv.ParseFloat(borrow(number), 64)
	if err != nil {
		return math.Copysign(math.Inf(1), v)
	}
	return v
}

// borrow is a string of b's memory, for calls that do not keep it.
func borrow(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b)) //nolint:gosec // its users say how long they keep it
}

// width is how many bits a kind of unsigned integers has.
func width(k Kind) int {
	switch k {
	case Uint8:
		return 8
	case Uint16:
		return 16
	case Uint32:
		return 32
	default:
		return 64
	}
}

const excerptBytes = 64

// excerpt is the begin of a value, for an error's text.
func excerpt(b []byte) string {
	if len(b) > excerptBytes {
		return string(bytes.ToValidUTF8(b[:excerptBytes], nil)) + "…"
	}
	return string(b)
}
