package rum

import (
	"bytes"
	"io"
	"strconv"
)

// framed is one record of a document, not parsed yet.
type framed struct {
	raw          []byte
	line, offset int64
	element      int64 // position in its array, from 1; 0 for a record on a line of its own
}

// skip is how the rest of a record that was too long is passed over.
type skip uint8

const (
	nothing   skip = iota
	toNewline      // the record was a line
	toEnd          // the record was an element of an array: the matcher knows where it ends
)

// frame finds the next record. Its error is a *Rejected for a record that has no usable frame, io.EOF, or the
// reader's error.
func (d *Decoder) frame() (framed, error) {
	for {
		if d.skip != nothing {
			if err := d.skipOn(); err != nil {
				return d.here(nil), err
			}
		}
		c, ok := d.skipBlank()
		if !ok {
			return d.here(nil), d.ended()
		}
		switch {
		case d.inArray && c == ',':
			d.w.consume(1)
		case d.inArray && c == ']':
			d.w.consume(1)
			d.inArray = false
		case d.inArray:
			d.element++
			return d.frameElement(c)
		case c == '[' && d.opensArray():
			d.w.consume(1)
			d.inArray, d.element, d.lines = true, 0, true
		default:
			return d.frameLine(c)
		}
	}
}

// ended is why there is no record any more.
func (d *Decoder) ended() error {
	if err := d.w.broken(); err != nil {
		return err
	}
	if d.inArray {
		d.inArray = false
		return &Rejected{Reason: UnclosedArray, Detail: "the document ends before its array does"}
	}
	return io.EOF
}

// here is a record that begins where the window stands.
func (d *Decoder) here(raw []byte) framed {
	f := framed{raw: raw, line: d.w.line, offset: d.w.offset}
	if d.inArray {
		f.element = d.element
	}
	return f
}

// take is the record of the next n bytes, consumed.
func (d *Decoder) take(n int) framed {
	f := d.here(d.w.bytes()[:n])
	d.w.consume(n)
	return f
}

// skipBlank consumes white space and returns the byte behind it, which it does not consume.
func (d *Decoder) skipBlank() (byte, bool) {
	for {
		b := d.w.bytes()
		n := 0
		for n < len(b) && isSpace(b[n]) {
			n++
		}
		d.w.consume(n)
		if n < len(b) {
			return b[n], true
		}
		if !d.w.more() {
			return 0, false
		}
	}
}

// opensArray says whether the bracket that comes next opens an array of events: an object, the array's end or the
// line's end is behind it. A line that merely begins with a bracket is one bad record, and the lines behind it are not
// elements.
func (d *Decoder) opensArray() bool {
	for n := 1; ; n++ {
		for n >= len(d.w.bytes()) {
			if !d.w.more() {
				return false
			}
		}
		switch c := d.w.bytes()[n]; {
		case c == '{' || c == ']' || c == '\n':
			return true
		case !isSpace(c):
			return false
		}
	}
}

// frameLine frames a record that ends with its line, or, when it is the document's first and an object, with its
// closing bracket on a later line.
func (d *Decoder) frameLine(c byte) (framed, error) {
	if !d.lines {
		d.lines = true
		if n := d.spanningObject(c); n > 0 {
			return d.take(n), nil
		}
	}
	searched := 0
	for {
		b := d.w.bytes()
		if i := bytes.IndexByte(b[searched:], '\n'); i >= 0 {
			n := searched + i
			f := d.here(trimCR(b[:n]))
			d.w.consumeLine(n + 1)
			return bounded(f)
		}
		searched = len(b)
		if d.w.more() {
			continue
		}
		if err := d.w.broken(); err != nil {
			return d.here(nil), err
		}
		if !d.w.atEnd() {
			d.skip = toNewline
		}
		f := d.take(len(b))
		f.raw = trimCR(f.raw)
		return bounded(f)
	}
}

// bounded refuses a record that is too long.
func bounded(f framed) (framed, error) {
	if len(f.raw) <= MaxLineBytes {
		return f, nil
	}
	f.raw = f.raw[:MaxLineBytes]
	return f, &Rejected{Reason: LineTooLong, Detail: "an event may take " + strconv.Itoa(MaxLineBytes) + " bytes"}
}

// skipOn passes over what is left of a record that was too long.
func (d *Decoder) skipOn() error {
	for {
		b := d.w.bytes()
		switch d.skip {
		case toNewline:
			if i := bytes.IndexByte(b, '\n'); i >= 0 {
				d.w.consume(i + 1)
				d.skip = nothing
				return nil
			}
			d.w.consume(len(b))
		case toEnd:
			n, state := d.skipped.feed(b)
			d.w.consume(n)
			if state != unfinished {
				d.skip = nothing
				return nil
			}
		case nothing:
			return nil
		}
		if !d.w.more() {
			d.skip = nothing
			return d.w.broken()
		}
	}
}

// spanningObject returns the length of the object that comes next when it spans several lines and is sound, or 0.
func (d *Decoder) spanningObject(c byte) int {
	if c != '{' {
		return 0
	}
	if n := d.parser.readInPlace(d.w.bytes()); n > 0 {
		if bytes.IndexByte(d.w.bytes()[:n], '\n') < 0 {
			return 0
		}
		return n
	}
	var m matcher
	n := 0
	for {
		k, state := m.feed(d.w.bytes()[n:])
		n += k
		switch {
		case state == complete:
			object := d.w.bytes()[:n]
			if n > MaxLineBytes || bytes.IndexByte(object, '\n') < 0 || !validJSON(object) {
				return 0
			}
			return n
		case state != unfinished || !d.w.more():
			return 0
		}
	}
}

// readAhead is more than what most events take: one that is not in memory whole is read twice.
const readAhead = 8 << 10

// frameElement frames an element of an array.
func (d *Decoder) frameElement(c byte) (framed, error) {
	if c != '{' && c != '[' && c != '"' {
		return d.frameScalar()
	}
	if c == '{' {
		if len(d.w.bytes()) < readAhead {
			d.w.more()
		}
		if n := d.parser.readInPlace(d.w.bytes()); n > 0 {
			return d.take(n), nil
		}
	}
	var m matcher
	n := 0
	for {
		k, state := m.feed(d.w.bytes()[n:])
		n += k
		switch {
		case state == complete && c == '[' && bytes.IndexByte(d.w.bytes()[:n], '\n') >= 0:
			// No event is a list; one that spans lines was opened by mistake, and closed by the array's own bracket.
			return d.unmatched(n, "an event is a JSON object")
		case state == complete:
			return bounded(d.take(n))
		case state == brokenQuote:
			return d.take(n), &Rejected{Reason: Syntax, Detail: "a string is not closed on its line"}
		case state == unbalanced:
			return d.unmatched(n, "its brackets do not match")
		case n > MaxLineBytes:
			if bytes.IndexByte(d.w.bytes()[:n], '\n') >= 0 {
				return d.unmatched(n, "no closing bracket within "+strconv.Itoa(MaxLineBytes)+" bytes")
			}
			d.skip, d.skipped = toEnd, m
			return bounded(d.take(n))
		case d.w.more():
		default:
			if err := d.w.broken(); err != nil {
				return d.here(nil), err
			}
			return d.unmatched(n, "the document ends inside this value")
		}
	}
}

// unmatched refuses an element that has no end. The n bytes that were looked at may have swallowed its neighbours:
// where it has lines, only its first is given up.
func (d *Decoder) unmatched(n int, detail string) (framed, error) {
	if i := bytes.IndexByte(d.w.bytes()[:n], '\n'); i >= 0 {
		n = i
	}
	return d.take(max(n, 1)), &Rejected{Reason: Syntax, Detail: detail}
}

// frameScalar frames what is neither an object nor a list nor a string, up to the next separator.
func (d *Decoder) frameScalar() (framed, error) {
	for n := 1; ; n++ {
		for n >= len(d.w.bytes()) {
			if d.w.more() {
				continue
			}
			if err := d.w.broken(); err != nil {
				return d.here(nil), err
			}
			return d.take(n), nil
		}
		if c := d.w.bytes()[n]; c == ',' || c == ']' || c == '{' || c == '[' || c == '"' || isSpace(c) {
			return d.take(n), nil
		}
		if n == MaxLineBytes {
			return d.take(n), &Rejected{Reason: LineTooLong, Detail: "no JSON value is that long"}
		}
	}
}
