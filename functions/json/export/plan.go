package export

import (
	"slices"

	"github.com/rumline/rumline/shared/rum"
)

// plan is how the lines of one file are made. Most files have fields that none of their events has; what stands for
// those is the same in every line, and is copied in one piece.
type plan struct {
	steps []step
	text  []byte // that of the steps, in one piece of memory
	tail  int    // where in text the end of a line begins
	clock clock
}

// step is a column that has a value in some line. What stands before the value is text[from:to]; behind that stands null, for the
// lines without it.
type step struct {
	column   *rum.Column
	kind     rum.Kind
	from, to int
	// plain says that no text of the column has anything to escape.
	plain bool
}

// make makes the plan for a file of the given rows. It reuses the memory of the last one.
func (p *plan) make(events *rum.Block, rows []int) {
	p.steps, p.text = p.steps[:0], p.text[:0]
	from := 0
	for i, name := range names {
		c := events.Column(i)
		p.text = append(p.text, name...)
		to := len(p.text)
		p.text = append(p.text, null...)
		if c.Field.Kind != rum.StringMap && // a map that is absent is an empty one
			!slices.ContainsFunc(rows, func(row int) bool { return c.Valid[row] }) {
			continue
		}
		p.steps = append(p.steps, step{column: c, kind: c.Field.Kind, from: from, to: to, plain: isPlain(c, rows)})
		from = len(p.text)
	}
	p.tail = from
	p.text = append(p.text, "}\n"...)
}

// isPlain looks at all texts of the column at once, those of other files' rows as well: not worth it for a small part of them.
func isPlain(c *rum.Column, rows []int) bool {
	const worthIt = 8
	if c.Field.Kind != rum.String || len(c.Valid) > worthIt*len(rows) {
		return false
	}
	text, _ := c.Strings.Raw()
	return allPlain(text)
}

// appendLine appends an event as a JSON object: every field of the schema in its order, null where it is absent.
func (p *plan) appendLine(dst []byte, row int) []byte {
	for i := range p.steps {
		s := &p.steps[i]
		before := s.to - s.from
		if !s.column.Valid[row] && s.kind != rum.StringMap {
			dst = appendShort(dst, p.text[s.from:], before+len(null))
			continue
		}
		dst = p.appendField(appendShort(dst, p.text[s.from:], before), s, row)
	}
	return append(dst, p.text[p.tail:]...)
}

const null = "null"

// names are what stands before every field's value.
var names = func() [][]byte {
	all := make([][]byte, len(rum.Fields()))
	for i, f := range rum.Fields() {
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		all[i] = append(appendString([]byte{before}, f.Name), ':')
	}
	return all
}()
