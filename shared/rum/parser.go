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
	wide  []byte
	block *Block
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

// parse appends the record to the block, or returns a *Rejected and leaves the block as it was.
func (p *parser) parse(f *framed, b *Block, source string) error {
	b.unsettle()
	p.src, p.block, p.problem = f.raw, b, nil
	p.wide = p.src[:min(cap(p.src), len(p.src)+slack)]
	p.extra.reset()
	err := p.record()
	if err == nil {
		err = p.complete(f, source)
	}
	if err != nil {
		b.rollback()
		return err
	}
	p.extra.appendTo(&b.columns[extraField], b.rows)
	p.extraCut += int64(p.extra.cut)
	b.commit(len(p.src))
	return nil
}

// record reads the record's members into the columns. What is not JSON is refused as that, whatever else is wrong
// with it.
func (p *parser) record() error {
	if !isASCII(p.src) && !utf8.Valid(p.src) {
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
