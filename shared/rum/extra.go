package rum

import (
	"bytes"
	"slices"
)

var extraField = Index("extra")

// extraFields collects the members of one record that the schema does not know.
type extraFields struct {
	pairs []extraPair
	text  []byte
	cut   int
}

// extraPair is a key and its value, by their places in extraFields.text.
type extraPair struct{ key, value span }

type span struct{ from, to int }

func (e *extraFields) reset() {
	e.pairs, e.text, e.cut = e.pairs[:0], e.text[:0], 0
}

// set keeps copies of the key and the value. Of the same key the last value counts; keys past the limit are cut.
func (e *extraFields) set(key, value []byte) {
	for i := range e.pairs {
		if bytes.Equal(e.at(e.pairs[i].key), key) {
			e.pairs[i].value = e.add(value)
			return
		}
	}
	if len(e.pairs) == maxExtraKeys {
		e.cut++
		return
	}
	e.pairs = append(e.pairs, extraPair{e.add(key), e.add(value)})
}

// appendTo makes a row of the column, ordered by key so that equal maps are equal rows.
func (e *extraFields) appendTo(c *Column, rows int) {
	if len(c.Valid) != rows {
		c.resize(rows)
	}
	byKey := func(a, b extraPair) int { return bytes.Compare(e.at(a.key), e.at(b.key)) }
	if !slices.IsSortedFunc(e.pairs, byKey) {
		slices.SortFunc(e.pairs, byKey)
	}
	for _, p := range e.pairs {
		c.Strings.AppendString(borrow(e.at(p.key)))
		c.Strings.AppendString(borrow(e.at(p.value)))
	}
	c.endElements()
}

func (e *extraFields) at(s span) []byte { return e.text[s.from:s.to] }

func (e *extraFields) add(b []byte) span {
	from := len(e.text)
	e.text = append(e.text, b...)
	return span{from, len(e.text)}
}
