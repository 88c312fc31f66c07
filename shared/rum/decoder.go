package rum

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// Decoder reads the events of one document: NDJSON, JSON arrays of objects, or one JSON object that may span lines.
//
// It reads a damaged document as far as it makes sense. A record that cannot be an event is returned as a *Rejected,
// and the next one is tried; what was refused and what was not depends on the bytes alone, never on how the reader
// cuts them into pieces. Its memory is bounded by MaxLineBytes and the Block.
type Decoder struct {
	w      window
	parser parser
	document
}

// document is what a Decoder remembers of what it has read.
type document struct {
	source string

	begun    bool
	inArray  bool
	element  int64 // of the array
	skip     skip  // what is left of a record that was too long
	skipped  matcher
	lines    bool // a record was read: from now on an object ends with its line
	accepted int64
	rejected int64
	done     bool // a Rest was returned
}

// NewDecoder returns a decoder of a document that is not compressed any more. The source names the document for the
// events that bring no event_id: theirs is made of it and of their line.
func NewDecoder(r io.Reader, source string) *Decoder {
	d := new(Decoder)
	d.Reset(r, source)
	return d
}

// Reset makes the decoder one of another document, as NewDecoder does, and keeps its memory and what it has learned of
// how producers write: for many documents of few events. Of a zero Decoder it makes a decoder.
func (d *Decoder) Reset(r io.Reader, source string) {
	d.w.reset(r)
	d.parser.extraCut = 0
	d.document = document{source: source}
}

// Next appends the next event to the block. It returns nil when it has; a *Rejected for a record that is no event,
// after which Next goes on with the one behind it; io.EOF at the document's end; and the reader's own error. A reader
// that knows that the document itself is broken says so with a *Rejected that has Rest: Next adds where.
func (d *Decoder) Next(b *Block) error {
	if d.done {
		return io.EOF
	}
	if err := d.begin(); err != nil {
		return err
	}
	d.parser.begin(b)
	f, err := d.frame()
	if err == nil {
		err = d.parser.parse(&f, d.source)
	}
	if err == nil {
		d.accepted++
		return nil
	}
	d.parser.rollback()
	r, refused := errors.AsType[*Rejected](err)
	if !refused {
		return err
	}
	r.Line, r.Offset, r.Raw = f.line, f.offset, f.raw
	d.rejected++
	d.done = r.Rest
	return r
}

// ExtraCut is the number of fields that were cut from accepted events because extra was full.
func (d *Decoder) ExtraCut() int64 { return d.parser.extraCut }

const (
	sniffBytes = 512
	// After so many refused records and not one event, an object is no RUM object, and its rest is one refusal:
	// a log file of gigabytes that went to the wrong bucket is not worth a record a line.
	maxLeadingRejects = 1000
)

// begin skips a byte order mark and refuses a document that is no text.
func (d *Decoder) begin() error {
	if d.begun {
		if d.accepted == 0 && d.rejected >= maxLeadingRejects {
			return d.rest(NotRUM, "the first "+strconv.Itoa(maxLeadingRejects)+" records were all refused")
		}
		return nil
	}
	d.begun = true
	for len(d.w.bytes()) < sniffBytes && d.w.more() {
	}
	head := d.w.bytes()
	if bytes.HasPrefix(head, byteOrderMark) {
		d.w.consume(len(byteOrderMark))
	}
	if bytes.IndexByte(head[:min(len(head), sniffBytes)], 0) >= 0 {
		return d.rest(NotRUM, "binary data")
	}
	return nil
}

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

func (d *Decoder) rest(reason Reason, detail string) error {
	d.done = true
	return &Rejected{Reason: reason, Detail: detail, Line: d.w.line, Offset: d.w.offset, Rest: true}
}
