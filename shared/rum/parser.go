package rum

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// parser turns one record into one row of a Block. It appends each value to its column as it comes, and takes all of
// them back when the record turns out to be bad.
type parser struct {
	src   []byte
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

// members reads the object that begins at i, and returns the index behind it.
func (p *parser) members(i int) (int, error) {
	previous := uint8(0)
	i++
	for first := true; ; first = false {
		if field, value := p.expected(i, previous, first); field > 0 {
			end, err := p.value(int(field-1), value)
			if err != nil {
				return end, err
			}
			previous, i = field, end
			continue
		}
		key, end, err := nextMember(p.src, i, first)
		if err != nil || key < 0 {
			return end, err
		}
		name, value, err := p.name(key)
		if err != nil {
			return value, err
		}
		if field, known := p.field(name, previous); known {
			previous = uint8(field + 1)
			end, err = p.value(field, value)
		} else {
			end, err = p.unknown(name, value)
		}
		if err != nil {
			return end, err
		}
		i = end
	}
}

// expected finds the next member behind i when it is one that came behind the previous field before: by comparing bytes,
// without looking for the key's end. It returns the field, counted from 1, and the index of the value; field 0 says that
// the member has to be read to be known.
func (p *parser) expected(i int, previous uint8, first bool) (field uint8, value int) {
	if !first {
		if !p.at(i, ',') {
			return 0, 0
		}
		i++
	}
	if p.at(i, ' ') {
		i++
	}
	if i >= len(p.src) {
		return 0, 0
	}
	rest := p.src[i:]
	guesses := &p.follows[previous]
	for n, guess := range guesses {
		key := keysOf[guess]
		if len(rest) <= len(key) || string(rest[:len(key)]) != key {
			continue
		}
		if n > 0 {
			guesses[0], guesses[1] = guess, guesses[0]
		}
		i += len(key)
		if p.src[i] <= ' ' {
			i = skipSpace(p.src, i)
		}
		return guess, i
	}
	return 0, 0
}

// keysOf are the fields' keys as most producers write them, with quotes and colon, counted from 1. The others are what
// no JSON has.
var keysOf = func() (keys [256]string) {
	for i := range keys {
		keys[i] = "\x00"
	}
	for i, f := range fields {
		keys[i+1] = `"` + f.Name + `":`
	}
	return keys
}()

// name reads the key of a member, which begins at key, and returns it with the index of the member's value.
func (p *parser) name(key int) (name []byte, value int, err error) {
	end, escaped, err := scanString(p.src, key)
	if err != nil {
		return nil, end, err
	}
	name = p.src[key+1 : end-1]
	if escaped {
		p.key = appendUnescaped(p.key[:0], name)
		name = p.key
	}
	value, err = scanColon(p.src, end)
	return name, value, err
}

// field finds a field by its name, and remembers what it came behind.
func (p *parser) field(name []byte, previous uint8) (int, bool) {
	i, ok := byName[string(name)]
	if guesses := &p.follows[previous]; ok && int(guesses[0]) != i+1 {
		guesses[0], guesses[1] = uint8(i+1), guesses[0]
	}
	return i, ok
}

// unknown keeps a member that the schema does not know.
func (p *parser) unknown(name []byte, i int) (int, error) {
	end, err := skipValue(p.src, i, 1)
	if err != nil {
		return end, err
	}
	value := p.src[i:end]
	switch {
	case value[0] == 'n':
		return end, nil
	case notFinite(value) > 0:
		p.fail(NotFinite, string(name), string(value))
		return end, nil
	case value[0] == '"':
		p.text = appendUnescaped(p.text[:0], value[1:len(value)-1])
		value = p.text
	}
	limit := fields[extraField].MaxChars
	if tooLong(name, limit) || tooLong(value, limit) {
		p.fail(StringTooLong, string(name[:min(len(name), limit)]), fmt.Sprintf("extra takes texts of %d characters", limit))
		return end, nil
	}
	p.extra.set(name, value)
	return end, nil
}

// fail remembers the first problem of the record.
func (p *parser) fail(reason Reason, field, detail string) {
	if p.problem == nil {
		p.problem = &Rejected{Reason: reason, Field: field, Detail: detail}
	}
}

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
