package rum

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// parser turns one record into one row of a Block. It appends each value to its column as it comes, and takes all of
// them back when the record turns out to be bad.
type parser struct {
	src []byte
	// wide is src with what lies behind it in memory, so that words can be read up to its last byte.
	wide []byte
	// letter says to read everything by the letter, and nothing quickly: for tests.
	letter bool
	// begun says that the record may have set something.
	begun bool
	// read is the length of the object that was read before its record was framed, or 0.
	read int
	// nested says that a field which the schema does not know has an object or a list.
	nested bool
	block  *Block
	// follows says which fields came behind each field, the last one and the one before it, all counted from 1; 0 is the
	// object's begin, or nothing known. Producers write their keys in one order and leave some out, so one of the two is
	// nearly always right.
	follows [256][2]uint8
	// problem is the first thing that is wrong with a record that is JSON.
	problem *Rejected
	extra   extraFields
	// extraCut counts, over all records, the fields that extra had no room for.
	extraCut int64
	// key and text hold what had escapes.
	key, text []byte
}

// begin makes ready for the next record. The block may have been read since the last one.
func (p *parser) begin(b *Block) {
	b.unsettle()
	p.block, p.problem, p.read, p.begun = b, nil, 0, false
	p.extra.reset()
}

// rollback takes back what the record has set.
func (p *parser) rollback() {
	if !p.begun {
		return
	}
	p.block.rollback()
	p.problem, p.read, p.begun = nil, 0, false
	p.extra.reset()
}

// parse makes a row of the record, or returns a *Rejected. A record that is refused has to be rolled back.
func (p *parser) parse(f *framed, source string) error {
	p.look(f.raw)
	if p.read > 0 && skipSpace(p.src, p.read) < len(p.src) {
		p.rollback() // there is something behind the object
	}
	if p.read == 0 {
		if err := p.record(); err != nil {
			return err
		}
	}
	if err := p.complete(f, source); err != nil {
		return err
	}
	p.extra.appendTo(&p.block.columns[extraField], p.block.rows)
	p.extraCut += int64(p.extra.cut)
	p.block.commit(len(p.src))
	return nil
}

// readInPlace reads the object that src begins with before its record is framed, and returns its length. It returns 0
// when the object is not there whole, when anything is wrong with it, or when its nesting might be too deep for a frame:
// then the record has to be framed first.
func (p *parser) readInPlace(src []byte) int {
	if p.letter {
		return 0
	}
	p.look(src)
	p.nested = false
	end, err := p.members(0)
	if err == nil && p.problem == nil && !p.nested && end <= MaxLineBytes && validUTF8(src[:end]) {
		p.read = end
	} else {
		p.rollback()
	}
	return p.read
}

// look goes to another source.
func (p *parser) look(src []byte) {
	p.src, p.wide = src, nil
	if !p.letter {
		p.wide = src[:min(cap(src), len(src)+slack)]
	}
}

// record reads the record's members into the columns. What is not JSON is refused as that, whatever else is wrong
// with it.
func (p *parser) record() error {
	if !validUTF8(p.src) {
		return &Rejected{Reason: InvalidUTF8, Detail: fmt.Sprintf("at byte %d of the record", firstInvalid(p.src))}
	}
	start := skipSpace(p.src, 0)
	if start == len(p.src) || p.src[start] != '{' {
		if validJSON(p.src) {
			return &Rejected{Reason: NotObject, Detail: "an event is a JSON object"}
		}
		return notJSON(&syntaxError{start, "this is no JSON object"})
	}
	end, err := p.members(start)
	if err == nil {
		if end = skipSpace(p.src, end); end != len(p.src) {
			err = &syntaxError{end, "there is something behind the object"}
		}
	}
	if err != nil {
		return notJSON(err)
	}
	if p.problem != nil {
		return p.problem
	}
	return nil
}

// fail remembers the first problem of the record.
func (p *parser) fail(reason Reason, field, detail string) {
	if p.problem == nil {
		p.problem = &Rejected{Reason: reason, Field: field, Detail: detail}
	}
}

// slack is how far behind a record words are read.
const slack = 64

func notJSON(err error) error {
	var syntax *syntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	return &Rejected{Reason: Syntax, Detail: fmt.Sprintf("%s, at byte %d of the record", syntax.what, syntax.at)}
}

// validUTF8 looks for the usual first: no byte that is not ASCII.
func validUTF8(b []byte) bool { return isASCII(b) || utf8.Valid(b) }

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// tooLong counts code points only where bytes do not settle it.
func tooLong(text []byte, limit int) bool {
	return len(text) > limit && utf8.RuneCount(text) > limit
}
