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
		e.dictionary.encode(&e.buf, c.Strings.At, len(c.Valid), c.Valid, nullable(*c.Field))
		return
	}
	if nullable(*c.Field) {
		for _, valid := range c.Valid {
			e.buf.PutBool(!valid)
		}
	}
	e.values(c)
}

// values encodes a column's values without a dictionary; what is absent is encoded as zero.
func (e *encoder) values(c *rum.Column) {
	switch c.Field.Kind {
	case rum.String:
		e.texts(&c.Strings, 0, 1)
	case rum.UUID:
		for _, v := range c.UUIDs {
			e.uuid(v)
		}
	case rum.Timestamp:
		for _, v := range c.Times {
			e.buf.PutInt64(v)
		}
	case rum.Uint8, rum.Bool:
		for _, v := range c.Uints {
			e.buf.PutUInt8(uint8(v))
		}
	case rum.Uint16:
		for _, v := range c.Uints {
			e.buf.PutUInt16(uint16(v))
		}
	case rum.Uint32:
		for _, v := range c.Uints {
			e.buf.PutUInt32(uint32(v))
		}
	case rum.Uint64:
		for _, v := range c.Uints {
			e.buf.PutUInt64(v)
		}
	case rum.Float32:
		for _, v := range c.Floats {
			e.buf.PutFloat32(float32(v))
		}
	case rum.Float64:
		for _, v := range c.Floats {
			e.buf.PutFloat64(v)
		}
	case rum.StringList:
		for _, end := range c.Ends {
			e.buf.PutUInt64(uint64(end))
		}
		e.texts(&c.Strings, 0, 1)
	case rum.StringMap: // keys and values take turns in Strings
		for _, end := range c.Ends {
			e.buf.PutUInt64(uint64(end / 2))
		}
		key := func(i int) string { return c.Strings.At(2 * i) }
		e.dictionary.encode(&e.buf, key, c.Strings.Len()/2, nil, false)
		e.texts(&c.Strings, 1, 2)
	}
}

func (e *encoder) texts(s *rum.Strings, from, step int) {
	for i := from; i < s.Len(); i += step {
		e.buf.PutString(s.At(i))
	}
}

// uuid encodes two little-endian halves, the high one first.
func (e *encoder) uuid(v uuid.UUID) {
	for _, half := range [][]byte{v[:8], v[8:]} {
		for i := range half {
			e.buf.PutByte(half[len(half)-1-i])
		}
	}
}

func (e *encoder) constantText(v string, rows int) {
	e.dictionary.encode(&e.buf, func(int) string { return v }, rows, nil, false)
}

func (e *encoder) constantUint32(v uint32, rows int) {
	for range rows {
		e.buf.PutUInt32(v)
	}
}
