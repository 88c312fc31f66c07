package destination

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/google/uuid"

	"github.com/rumline/rumline/shared/rum"
)

// encoder writes columns in ClickHouse's Native format (clickhouse.com/docs/interfaces/formats/Native). The driver's own
// ways of appending box every value of a dictionary or map; this one costs a copy. Its memory serves one column after
// the other.
type encoder struct {
	rows       rows
	buf        proto.Buffer
	dictionary dictionary
	places     []int
}

// of encodes the i-th of Columns: those of the batch, and then the events'.
func (e *encoder) of(i int, p part) {
	switch i {
	case 0:
		e.constantText(p.batch)
	case 1:
		e.constantUint32(uint32(p.chunk))
	default:
		e.column(p.events.Column(i - batchColumns))
	}
}

// column encodes a column of events.
func (e *encoder) column(c *rum.Column) {
	isNullable := nullable(*c.Field)
	present := !isNullable || e.any(c.Valid)
	switch {
	case c.Field.LowCardinality && !present:
		e.dictionary.encodeAbsent(&e.buf, e.rows.n)
	case c.Field.LowCardinality && isNullable:
		e.dictionary.encode(&e.buf, &c.Strings, e.rows, c.Valid)
	case c.Field.LowCardinality:
		e.dictionary.encode(&e.buf, &c.Strings, e.rows, nil)
	case !present:
		e.fill(e.rows.n, 1)
		e.fill(e.rows.n*width(c.Field.Kind), 0)
	default:
		if isNullable {
			e.nulls(c.Valid)
		}
		e.values(c)
	}
}

// any says whether a field is there in one of the rows. Few are there in none, and most of those that are, early.
func (e *encoder) any(valid []bool) bool {
	for i := range e.rows.n {
		if valid[e.rows.at(i)] {
			return true
		}
	}
	return false
}

func (e *encoder) nulls(valid []bool) {
	out := e.grow(e.rows.n)
	for i := range out {
		var null byte
		if !valid[e.rows.at(i)] {
			null = 1
		}
		out[i] = null
	}
}

// width is how many bytes a value that is absent takes: a text is its length and no more.
func width(k rum.Kind) int {
	switch k {
	case rum.UUID:
		return 16
	case rum.Timestamp, rum.Uint64, rum.Float64:
		return 8
	case rum.Uint32, rum.Float32:
		return 4
	case rum.Uint16:
		return 2
	default:
		return 1
	}
}

// values encodes a column's values without a dictionary; what is absent is encoded as zero.
func (e *encoder) values(c *rum.Column) {
	n := e.rows.n
	switch c.Field.Kind {
	case rum.String:
		for i := range n {
			e.buf.PutString(c.Strings.At(e.rows.at(i)))
		}
	case rum.UUID:
		out := e.grow(16 * n)
		for i := range n {
			putUUID(out[16*i:], c.UUIDs[e.rows.at(i)])
		}
	case rum.Timestamp:
		out := e.grow(8 * n)
		for i := range n {
			binary.LittleEndian.PutUint64(out[8*i:], uint64(c.Times[e.rows.at(i)]))
		}
	case rum.Float32:
		out := e.grow(4 * n)
		for i := range n {
			binary.LittleEndian.PutUint32(out[4*i:], math.Float32bits(float32(c.Floats[e.rows.at(i)])))
		}
	case rum.Float64:
		out := e.grow(8 * n)
		for i := range n {
			binary.LittleEndian.PutUint64(out[8*i:], math.Float64bits(c.Floats[e.rows.at(i)]))
		}
	case rum.StringList:
		for _, i := range e.elements(c, 1) {
			e.buf.PutString(c.Strings.At(i))
		}
	case rum.StringMap: // keys and values take turns in Strings
		keys := e.elements(c, 2)
		e.dictionary.encode(&e.buf, &c.Strings, rows{len(keys), keys}, nil)
		for _, i := range keys {
			e.buf.PutString(c.Strings.At(i + 1))
		}
	default:
		e.integers(c.Uints, width(c.Field.Kind))
	}
}

// integers encodes the low bytes of unsigned numbers.
func (e *encoder) integers(values []uint64, width int) {
	n := e.rows.n
	out := e.grow(width * n)
	for i := range n {
		v := values[e.rows.at(i)]
		switch width {
		case 1:
			out[i] = byte(v)
		case 2:
			binary.LittleEndian.PutUint16(out[2*i:], uint16(v))
		case 4:
			binary.LittleEndian.PutUint32(out[4*i:], uint32(v))
		default:
			binary.LittleEndian.PutUint64(out[8*i:], v)
		}
	}
}

// elements encodes how many elements the rows of a list or map have, and returns the place of each in the column's
// Strings, where it takes up width texts.
func (e *encoder) elements(c *rum.Column, width int) []int {
	places := e.places[:0]
	for i := range e.rows.n {
		for from, to := c.Elements(e.rows.at(i)); from < to; from += width {
			places = append(places, from)
		}
		e.buf.PutUInt64(uint64(len(places)))
	}
	e.places = places
	return places
}

// putUUID encodes two little-endian halves, the high one first.
func putUUID(out []byte, v uuid.UUID) {
	binary.LittleEndian.PutUint64(out, binary.BigEndian.Uint64(v[:8]))
	binary.LittleEndian.PutUint64(out[8:], binary.BigEndian.Uint64(v[8:]))
}

// constantText encodes the same text for all rows.
func (e *encoder) constantText(v string) { e.dictionary.encodeConstant(&e.buf, v, e.rows.n) }

// constantUint32 encodes the same number for all rows.
func (e *encoder) constantUint32(v uint32) {
	out := e.grow(4 * e.rows.n)
	for i := range e.rows.n {
		binary.LittleEndian.PutUint32(out[4*i:], v)
	}
}

// grow appends n bytes, which hold what was there before, and returns them.
func (e *encoder) grow(n int) []byte { return grow(&e.buf, n) }

func grow(b *proto.Buffer, n int) []byte {
	b.Buf = slices.Grow(b.Buf, n)
	from := len(b.Buf)
	b.Buf = b.Buf[:from+n]
	return b.Buf[from:]
}

func (e *encoder) fill(n int, v byte) { fill(e.grow(n), v) }

func fill(out []byte, v byte) {
	for i := range out {
		out[i] = v
	}
}
