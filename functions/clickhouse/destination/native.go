package destination

import (
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/google/uuid"

	"github.com/rumline/rumline/shared/rum"
)

// encoder writes columns in ClickHouse's Native format (clickhouse.com/docs/interfaces/formats/Native), and hands them
// to the driver as if a server had sent them. The driver's own ways of appending box every value of a dictionary or
// map; this one costs a copy.
type encoder struct {
	rows       []int // of the block, which are encoded, in this order
	buf        proto.Buffer
	dictionary dictionary
}

// moveTo gives what was encoded to a column of the driver, and empties the encoder.
func (e *encoder) moveTo(target column.Interface, rows int) error {
	defer e.buf.Reset()
	if err := target.Decode(e.buf.Reader(), rows); err != nil {
		return fmt.Errorf("encoding column %s: %w", target.Name(), err)
	}
	return nil
}

// column encodes a column of events.
func (e *encoder) column(c *rum.Column) {
	if c.Field.LowCardinality {
		text := func(i int) string { return c.Strings.At(e.rows[i]) }
		absent := func(i int) bool { return !c.Valid[e.rows[i]] }
		if !nullable(*c.Field) {
			absent = nil
		}
		e.dictionary.encode(&e.buf, text, len(e.rows), absent)
		return
	}
	if nullable(*c.Field) {
		for _, row := range e.rows {
			e.buf.PutBool(!c.Valid[row])
		}
	}
	e.values(c)
}

// values encodes a column's values without a dictionary; what is absent is encoded as zero.
func (e *encoder) values(c *rum.Column) {
	switch c.Field.Kind {
	case rum.String:
		for _, row := range e.rows {
			e.buf.PutString(c.Strings.At(row))
		}
	case rum.UUID:
		for _, row := range e.rows {
			e.uuid(c.UUIDs[row])
		}
	case rum.Timestamp:
		for _, row := range e.rows {
			e.buf.PutInt64(c.Times[row])
		}
	case rum.Uint8, rum.Bool:
		for _, row := range e.rows {
			e.buf.PutUInt8(uint8(c.Uints[row]))
		}
	case rum.Uint16:
		for _, row := range e.rows {
			e.buf.PutUInt16(uint16(c.Uints[row]))
		}
	case rum.Uint32:
		for _, row := range e.rows {
			e.buf.PutUInt32(uint32(c.Uints[row]))
		}
	case rum.Uint64:
		for _, row := range e.rows {
			e.buf.PutUInt64(c.Uints[row])
		}
	case rum.Float32:
		for _, row := range e.rows {
			e.buf.PutFloat32(float32(c.Floats[row]))
		}
	case rum.Float64:
		for _, row := range e.rows {
			e.buf.PutFloat64(c.Floats[row])
		}
	case rum.StringList:
		for _, i := range e.elements(c, 1) {
			e.buf.PutString(c.Strings.At(i))
		}
	case rum.StringMap: // keys and values take turns in Strings
		keys := e.elements(c, 2)
		e.dictionary.encode(&e.buf, func(i int) string { return c.Strings.At(keys[i]) }, len(keys), nil)
		for _, i := range keys {
			e.buf.PutString(c.Strings.At(i + 1))
		}
	}
}

// elements encodes how many elements the rows of a list or map have, and returns the place of each in the column's
// Strings, where it takes up width texts.
func (e *encoder) elements(c *rum.Column, width int) []int {
	var places []int
	for _, row := range e.rows {
		for from, to := c.Elements(row); from < to; from += width {
			places = append(places, from)
		}
		e.buf.PutUInt64(uint64(len(places)))
	}
	return places
}

// uuid encodes two little-endian halves, the high one first.
func (e *encoder) uuid(v uuid.UUID) {
	for _, half := range [][]byte{v[:8], v[8:]} {
		for i := range half {
			e.buf.PutByte(half[len(half)-1-i])
		}
	}
}

func (e *encoder) constantText(v string) {
	e.dictionary.encode(&e.buf, func(int) string { return v }, len(e.rows), nil)
}

func (e *encoder) constantUint32(v uint32) {
	for range e.rows {
		e.buf.PutUInt32(v)
	}
}
