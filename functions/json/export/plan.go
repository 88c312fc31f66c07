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

// step is a column that has a value in some line, and what stands before it: text[from:to].
type step struct {
	column   *rum.Column
	from, to int
}

// make makes the plan for a file of the given rows. It reuses the memory of the last one.
func (p *plan) make(events *rum.Block, rows []int) {
	p.steps, p.text = p.steps[:0], p.text[:0]
	from := 0
	for i, name := range names {
		c := events.Column(i)
		p.text = append(p.text, name...)
		there := c.Field.Kind == rum.StringMap || // a map that is absent is an empty one
			slices.ContainsFunc(rows, func(row int) bool { return c.Valid[row] })
		if !there {
			p.text = append(p.text, null...)
			continue
		}
		p.steps = append(p.steps, step{column: c, from: from, to: len(p.text)})
		from = len(p.text)
	}
	p.tail = from
	p.text = append(p.text, "}\n"...)
}

// appendLine appends an event as a JSON object: every field of the schema in its order, null where it is absent.
func (p *plan) appendLine(dst []byte, row int) []byte {
	for i := range p.steps {
		s := &p.steps[i]
		dst = append(dst, p.text[s.from:s.to]...)
		dst = p.appendField(dst, s.column, row)
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
