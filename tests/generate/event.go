package generate

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// event is a JSON object under construction: names and values in one piece of memory, which is used again for the
// next event.
type event struct {
	style  style
	text   []byte
	fields []field
}

// field is a name and where its value lies in the event's text.
type field struct {
	name     string
	from, to int
}

// style is how a producer writes its JSON.
type style struct {
	sorted  bool           // keys in alphabetical order, as collectors that keep events in maps write them
	spaced  bool           // a space behind colons and commas
	ascii   bool           // \u escapes for everything beyond ASCII
	slashes bool           // \/ for /
	decimal bool           // 137.0 for 137
	nulls   bool           // null for a measurement that is absent
	zone    *time.Location // RFC 3339 times of this zone; nil for milliseconds
}

func (e *event) reset(s style) {
	e.style, e.text, e.fields = s, e.text[:0], e.fields[:0]
}

// raw sets a field to a piece of JSON.
func (e *event) raw(name, value string) {
	from := len(e.text)
	e.text = append(e.text, value...)
	e.set(name, from)
}

func (e *event) str(name, value string) {
	from := len(e.text)
	e.text = e.style.appendString(e.text, value)
	e.set(name, from)
}

// optional sets a text that is empty when it is absent.
func (e *event) optional(name, value string) {
	if value != "" {
		e.str(name, value)
	}
}

func (e *event) count(name string, value int) {
	from := len(e.text)
	e.text = strconv.AppendInt(e.text, int64(value), 10)
	e.set(name, from)
}

func (e *event) boolean(name string, value bool) {
	from := len(e.text)
	e.text = strconv.AppendBool(e.text, value)
	e.set(name, from)
}

func (e *event) number(name string, value float64) {
	from := len(e.text)
	e.text = strconv.AppendFloat(e.text, value, 'f', -1, 64)
	e.set(name, from)
}

// timing sets a duration. Browsers round theirs to a tenth of a millisecond.
func (e *event) timing(name string, ms tenths) {
	from := len(e.text)
	precision := -1
	if e.style.decimal {
		precision = 1
	}
	e.text = strconv.AppendFloat(e.text, ms.ms(), 'f', precision, 64)
	e.set(name, from)
}

// absent says that the producer knows a measurement and does not have it.
func (e *event) absent(name string) {
	if e.style.nulls {
		e.raw(name, "null")
	}
}

func (e *event) time(name string, ms int64) {
	if e.style.zone == nil {
		e.raw(name, strconv.FormatInt(ms, 10))
		return
	}
	e.str(name, time.UnixMilli(ms).In(e.style.zone).Format("2006-01-02T15:04:05.000Z07:00"))
}

func (e *event) list(name string, values []string) {
	from := len(e.text)
	e.text = append(e.text, '[')
	for i, v := range values {
		if i > 0 {
			e.text = append(e.text, ',')
		}
		e.text = e.style.appendString(e.text, v)
	}
	e.text = append(e.text, ']')
	e.set(name, from)
}

// set makes the text from an index on the value of a field, in its old place if it has one.
func (e *event) set(name string, from int) {
	f := field{name, from, len(e.text)}
	if i := e.index(name); i >= 0 {
		e.fields[i] = f
		return
	}
	e.fields = append(e.fields, f)
}

func (e *event) drop(name string) {
	if i := e.index(name); i >= 0 {
		e.fields = slices.Delete(e.fields, i, i+1)
	}
}

func (e *event) index(name string) int {
	return slices.IndexFunc(e.fields, func(f field) bool { return f.name == name })
}

// appendTo adds the event's JSON to b.
func (e *event) appendTo(b []byte) []byte {
	if e.style.sorted {
		slices.SortFunc(e.fields, func(x, y field) int { return strings.Compare(x.name, y.name) })
	}
	comma, colon := `,"`, `":`
	if e.style.spaced {
		comma, colon = `, "`, `": `
	}
	for i, f := range e.fields {
		if i == 0 {
			b = append(b, `{"`...)
		} else {
			b = append(b, comma...)
		}
		b = append(append(b, f.name...), colon...)
		b = append(b, e.text[f.from:f.to]...)
	}
	return append(b, '}')
}

// appendString quotes a text. Producers escape what they must, and some of them more.
func (s style) appendString(b []byte, v string) []byte {
	b = append(b, '"')
	for _, r := range v {
		switch {
		case r == '"' || r == '\\' || r == '/' && s.slashes:
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ', s.sorted && (r == '<' || r == '>' || r == '&'):
			b = appendEscape(b, r)
		case s.ascii && r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			b = appendEscape(appendEscape(b, high), low)
		case s.ascii && r > '~':
			b = appendEscape(b, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

func appendEscape(b []byte, r rune) []byte {
	hex := "0000" + strconv.FormatInt(int64(r), 16)
	return append(append(b, `\u`...), hex[len(hex)-4:]...)
}
