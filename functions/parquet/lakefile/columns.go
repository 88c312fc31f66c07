package lakefile

import (
	"errors"
	"math"
	"slices"
	"unsafe"

	"github.com/rumline/rumline/functions/parquet/pages"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
)

var errAbsent = errors.New("a required field is absent")

// columns makes the leaf columns of a row group out of those of a block. It is kept for its memory: what it returns is
// valid until the next call.
type columns struct {
	rows    []int // of the group, in its order
	arrival []int // the same rows in the order of the block, in which its memory is read fastest

	dictionary             *pages.Dictionary
	numbered               []uint32 // by row of the block: the number of its value in the dictionary plus one, 0 for none
	definition, repetition []byte
	ids                    []uint32
	texts                  []string
	numbers                []uint64
	uuids                  []byte
}

// begin begins a row group.
func (cs *columns) begin(events *rum.Block, rows []int) {
	cs.rows = rows
	cs.arrival = append(cs.arrival[:0], rows...)
	slices.Sort(cs.arrival)
	cs.numbered = slices.Grow(cs.numbered[:0], events.Len())[:events.Len()]
}

// values are those of a field's leaf column: of a map the keys (side 0) or the values (side 1).
func (cs *columns) values(c *rum.Column, over overflows, side int) (pages.Values, error) {
	cs.definition, cs.repetition = cs.definition[:0], cs.repetition[:0]
	cs.texts, cs.numbers, cs.ids = cs.texts[:0], cs.numbers[:0], cs.ids[:0]
	cs.dictionary.Reset()
	switch c.Field.Kind {
	case rum.StringList:
		cs.list(c)
		return cs.nested(), nil
	case rum.StringMap:
		cs.entries(c, over, side)
		return cs.nested(), nil
	default:
		return cs.scalars(c)
	}
}

func (cs *columns) scalars(c *rum.Column) (pages.Values, error) {
	var v pages.Values
	switch {
	case !slices.ContainsFunc(cs.arrival, func(row int) bool { return c.Valid[row] }): // often: beacons differ by type
	case cs.number(c):
		cs.gatherIDs()
		v = pages.Values{IDs: cs.ids, Dictionary: cs.dictionary}
	case c.Field.Kind == rum.UUID:
		cs.gatherUUIDs(c)
		v = pages.Values{Texts: cs.texts}
	case c.Field.Kind == rum.String:
		cs.gatherTexts(c)
		v = pages.Values{Texts: cs.texts}
	default:
		cs.gatherNumbers(c)
		v = pages.Values{Numbers: cs.numbers}
	}
	n := max(len(v.IDs), len(v.Texts), len(v.Numbers))
	if n == 0 {
		v = pages.Values{}
	}
	if n < len(cs.rows) && c.Field.Required {
		return v, errAbsent
	}
	if 0 < n && n < len(cs.rows) {
		v.Definition = cs.definition
	}
	return v, nil
}

// number numbers the values of a column, and says whether it did: it gives up when a dictionary does not pay.
func (cs *columns) number(c *rum.Column) bool {
	switch c.Field.Kind {
	case rum.UUID, rum.Timestamp, rum.Bool:
		return false
	case rum.String:
		return cs.numberAll(c, func(row int) uint32 { return cs.dictionary.Text(c.Strings.At(row)) })
	case rum.Float32, rum.Uint8, rum.Uint16:
		return cs.numberAll(c, func(row int) uint32 { return cs.dictionary.Number(numberAt(c, row), 4) })
	default:
		return cs.numberAll(c, func(row int) uint32 { return cs.dictionary.Number(numberAt(c, row), 8) })
	}
}

func (cs *columns) numberAll(c *rum.Column, number func(row int) uint32) bool {
	for i, row := range cs.arrival {
		if !isThere(c, row) {
			cs.numbered[row] = 0
			continue
		}
		cs.numbered[row] = number(row) + 1
		if i%256 == 0 && !cs.dictionary.Pays() {
			return false
		}
	}
	return cs.dictionary.Pays()
}

// isThere says whether a row has a value that its column can hold: see overflows.
func isThere(c *rum.Column, row int) bool {
	return c.Valid[row] && (c.Field.Kind != rum.Uint64 || !isOverflow(c.Uints[row]))
}

// numberAt is a number as package pages takes it.
func numberAt(c *rum.Column, row int) uint64 {
	switch c.Field.Kind {
	case rum.Timestamp:
		return uint64(c.Times[row])
	case rum.Float32:
		return uint64(math.Float32bits(float32(c.Floats[row])))
	case rum.Float64:
		return math.Float64bits(c.Floats[row])
	default:
		return c.Uints[row]
	}
}

func (cs *columns) gatherIDs() {
	for _, row := range cs.rows {
		id := cs.numbered[row]
		if id == 0 {
			cs.definition = append(cs.definition, 0)
			continue
		}
		cs.definition = append(cs.definition, 1)
		cs.ids = append(cs.ids, id-1)
	}
}

func (cs *columns) gatherNumbers(c *rum.Column) {
	for _, row := range cs.rows {
		if !isThere(c, row) {
			cs.definition = append(cs.definition, 0)
			continue
		}
		cs.definition = append(cs.definition, 1)
		cs.numbers = append(cs.numbers, numberAt(c, row))
	}
}

func (cs *columns) gatherTexts(c *rum.Column) {
	for _, row := range cs.rows {
		if !c.Valid[row] {
			cs.definition = append(cs.definition, 0)
			continue
		}
		cs.definition = append(cs.definition, 1)
		cs.texts = append(cs.texts, c.Strings.At(row))
	}
}

func (cs *columns) gatherUUIDs(c *rum.Column) {
	const chars = 36
	cs.uuids = slices.Grow(cs.uuids[:0], chars*len(cs.rows)) // texts share this memory: it must not move
	for _, row := range cs.rows {
		if !c.Valid[row] {
			cs.definition = append(cs.definition, 0)
			continue
		}
		cs.definition = append(cs.definition, 1)
		cs.uuids = lake.AppendUUID(cs.uuids, c.UUIDs[row])
		text := cs.uuids[len(cs.uuids)-chars:]
		cs.texts = append(cs.texts, unsafe.String(unsafe.SliceData(text), chars)) //nolint:gosec // nobody writes to it before the next column
	}
}
