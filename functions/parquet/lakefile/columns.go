package lakefile

import (
	"errors"
	"slices"
	"unsafe"

	"github.com/parquet-go/parquet-go"

	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
)

var errAbsent = errors.New("a required field is absent")

// writeColumn writes the given rows of a column, beginning with its first leaf.
func (e *Encoder) writeColumn(c *rum.Column, leaf int, rows []int, over overflows) error {
	for hand := range slices.Chunk(rows, rowsPerHand) {
		var err error
		switch c.Field.Kind {
		case rum.StringList:
			err = e.write(leaf, e.lists(c, leaf, hand))
		case rum.StringMap:
			err = errors.Join(
				e.write(leaf, e.entries(c, leaf, hand, over, 0)),
				e.write(leaf+1, e.entries(c, leaf+1, hand, over, 1)),
			)
		default:
			if c.Field.Required && slices.ContainsFunc(hand, func(row int) bool { return !c.Valid[row] }) {
				return errAbsent
			}
			err = e.write(leaf, e.scalars(c, leaf, hand))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *Encoder) write(leaf int, values []parquet.Value) error {
	e.values = values // keep what it grew to
	_, err := e.columns[leaf].WriteRowValues(values)
	return err //nolint:wrapcheck // Encode says which column
}

// scalars are the values of the kinds that have one a row. The definition level tells a value from an absent one.
func (e *Encoder) scalars(c *rum.Column, leaf int, rows []int) []parquet.Value {
	present := 1
	if c.Field.Required {
		present = 0
	}
	values := e.values[:0]
	e.text = e.text[:0]
	for _, row := range rows {
		var v parquet.Value // null, at level 0
		if c.Valid[row] {
			v = e.scalar(c, row)
		}
		if !v.IsNull() {
			v.SetDefinitionLevel(present)
			v.SetColumnIndex(leaf)
		}
		values = append(values, v)
	}
	return values
}

// scalar is the value in a row that has one. It is null for a number that its column cannot hold: see overflows.
func (e *Encoder) scalar(c *rum.Column, row int) parquet.Value {
	switch c.Field.Kind {
	case rum.UUID:
		from := len(e.text)
		e.text = lake.AppendUUID(e.text, c.UUIDs[row])
		return parquet.ByteArrayValue(e.text[from:])
	case rum.Timestamp:
		return parquet.Int64Value(c.Times[row])
	case rum.Uint8, rum.Uint16:
		return parquet.Int32Value(int32(c.Uints[row])) // at most 65,535
	case rum.Uint32, rum.Uint64:
		if isOverflow(c.Uints[row]) {
			return parquet.NullValue()
		}
		return parquet.Int64Value(int64(c.Uints[row]))
	case rum.Bool:
		return parquet.BooleanValue(c.Uints[row] != 0)
	case rum.Float32:
		return parquet.FloatValue(float32(c.Floats[row]))
	case rum.Float64:
		return parquet.DoubleValue(c.Floats[row])
	default:
		return stringValue(c.Strings.At(row))
	}
}

// lists are the elements of a list's rows. Definition levels: 0 absent, 1 there and empty, 2 an element.
func (e *Encoder) lists(c *rum.Column, leaf int, rows []int) []parquet.Value {
	values := e.values[:0]
	there := 1
	if c.Field.Required {
		there = 0
	}
	for _, row := range rows {
		from, to := c.Elements(row)
		switch {
		case !c.Valid[row]:
			values = append(values, parquet.NullValue().Level(0, 0, leaf))
		case from == to:
			values = append(values, parquet.NullValue().Level(0, there, leaf))
		}
		for i := from; i < to; i++ {
			values = append(values, stringValue(c.Strings.At(i)).Level(repetition(i-from), there+1, leaf))
		}
	}
	return values
}

// entries are the keys (side 0) or the values (side 1) of a map's rows. Definition levels: 0 empty, 1 an entry.
func (e *Encoder) entries(c *rum.Column, leaf int, rows []int, over overflows, side int) []parquet.Value {
	values := e.values[:0]
	for _, row := range rows {
		n := 0
		add := func(text string) {
			values = append(values, stringValue(text).Level(repetition(n), 1, leaf))
			n++
		}
		from, to := c.Elements(row)
		if more := over[row]; len(more) > 0 {
			for _, entry := range more.mergedWith(c, from, to) {
				add(entry[side])
			}
		} else {
			for i := from; i < to; i += 2 {
				add(c.Strings.At(i + side))
			}
		}
		if n == 0 {
			values = append(values, parquet.NullValue().Level(0, 0, leaf))
		}
	}
	return values
}

// repetition is the level of the i-th element of a row: 0 begins the row.
func repetition(i int) int { return min(i, 1) }

// stringValue shares the text's memory: the column copies it when it is written.
func stringValue(s string) parquet.Value {
	return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s))) //nolint:gosec // nobody writes to it
}
