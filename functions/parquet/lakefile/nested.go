package lakefile

import (
	"github.com/rumline/rumline/functions/parquet/pages"
	"github.com/rumline/rumline/shared/rum"
)

// nested makes the values of a list or a map, whose texts and levels are there.
func (cs *columns) nested() pages.Values {
	v := pages.Values{Definition: cs.definition, Repetition: cs.repetition, Texts: cs.texts}
	for i, text := range cs.texts {
		cs.ids = append(cs.ids, cs.dictionary.Text(text))
		if i%256 == 0 && !cs.dictionary.Pays() {
			return v
		}
	}
	if len(cs.texts) > 0 && cs.dictionary.Pays() {
		v.Texts, v.IDs, v.Dictionary = nil, cs.ids, cs.dictionary
	}
	return v
}

// list takes the elements of a list's rows. Definition levels: 0 absent, 1 there and empty, 2 an element.
func (cs *columns) list(c *rum.Column) {
	there := byte(1)
	if c.Field.Required {
		there = 0
	}
	for _, row := range cs.rows {
		from, to := c.Elements(row)
		switch {
		case !c.Valid[row]:
			cs.noElement(0)
		case from == to:
			cs.noElement(there)
		}
		for i := from; i < to; i++ {
			cs.element(i-from, there+1, c.Strings.At(i))
		}
	}
}

// entries takes the keys (side 0) or the values (side 1) of a map's rows. Definition levels: 0 empty, 1 an entry.
func (cs *columns) entries(c *rum.Column, over overflows, side int) {
	for _, row := range cs.rows {
		n := 0
		from, to := c.Elements(row)
		if more := over[row]; len(more) > 0 {
			for _, entry := range more.mergedWith(c, from, to) {
				cs.element(n, 1, entry[side])
				n++
			}
		} else {
			for i := from; i < to; i += 2 {
				cs.element(n, 1, c.Strings.At(i+side))
				n++
			}
		}
		if n == 0 {
			cs.noElement(0)
		}
	}
}

// element is the i-th of its row: repetition level 0 begins the row.
func (cs *columns) element(i int, definition byte, text string) {
	cs.repetition = append(cs.repetition, byte(min(i, 1)))
	cs.definition = append(cs.definition, definition)
	cs.texts = append(cs.texts, text)
}

func (cs *columns) noElement(definition byte) {
	cs.repetition = append(cs.repetition, 0)
	cs.definition = append(cs.definition, definition)
}
