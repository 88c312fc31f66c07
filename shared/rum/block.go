package rum

import "github.com/google/uuid"

// Block holds events in columns, one Column a field in the order of Fields. Columns are what ClickHouse and Parquet
// take, they need no allocation per event, and a Block that is Reset keeps its memory for the next events.
//
// A Block is not safe for concurrent use while it is written; reading it is.
type Block struct {
	rows    int
	bytes   int
	columns []Column
}

// NewBlock returns an empty Block.
func NewBlock() *Block {
	b := &Block{columns: make([]Column, len(fields))}
	for i := range b.columns {
		b.columns[i].Field = &fields[i]
	}
	return b
}

// Len is the number of events in the Block.
func (b *Block) Len() int { return b.rows }

// Column returns the column of the i-th field of Fields. It is valid until the Block is written or Reset.
func (b *Block) Column(i int) *Column { return &b.columns[i] }

// Bytes is the size of the events as the JSON that they came as: what a writer bounds its chunks by.
func (b *Block) Bytes() int { return b.bytes }

// Reset empties the Block and keeps its memory.
func (b *Block) Reset() {
	b.rows, b.bytes = 0, 0
	b.rollback()
}

// commit makes a row of what was set since the last one: fields that were not set become absent.
func (b *Block) commit(jsonBytes int) {
	for i := range b.columns {
		if c := &b.columns[i]; len(c.Valid) == b.rows {
			c.appendAbsent()
		}
	}
	b.rows++
	b.bytes += jsonBytes
}

// rollback forgets what was set since the last row.
func (b *Block) rollback() {
	for i := range b.columns {
		b.columns[i].truncate(b.rows)
	}
}

// Column holds one field of all events of a Block. Valid has one entry a row; of the slices of values, only the one
// that the field's kind names is in use, and it too has one entry a row, zero where the field is absent.
type Column struct {
	Field *Field
	// Valid says in which rows the field is there.
	Valid []bool
	// Floats are the values of Float32 and Float64.
	Floats []float64
	// Uints are the values of Uint8 to Uint64, and of Bool (0 and 1).
	Uints []uint64
	// Times are the values of Timestamp: milliseconds since the Unix epoch.
	Times []int64
	// UUIDs are the values of UUID.
	UUIDs []uuid.UUID
	// Strings are the values of String. For StringList it holds the elements of all rows, for StringMap keys and
	// values in turn; Ends then says where each row's part ends.
	Strings Strings
	// Ends has one entry a row for StringList and StringMap: the index in Strings after the row's last element.
	Ends []uint32
}

// Elements returns the range [from, to) of Strings that belongs to a row of a StringList or StringMap.
func (c *Column) Elements(row int) (from, to int) {
	if row > 0 {
		from = int(c.Ends[row-1])
	}
	return from, int(c.Ends[row])
}

func (c *Column) appendAbsent() {
	c.Valid = append(c.Valid, false)
	switch c.Field.Kind {
	case String:
		c.Strings.AppendString("")
	case UUID:
		c.UUIDs = append(c.UUIDs, uuid.Nil)
	case Timestamp:
		c.Times = append(c.Times, 0)
	case Uint8, Uint16, Uint32, Uint64, Bool:
		c.Uints = append(c.Uints, 0)
	case Float32, Float64:
		c.Floats = append(c.Floats, 0)
	case StringList, StringMap:
		c.Ends = append(c.Ends, uint32(c.Strings.Len()))
	}
}

// truncate keeps the first n rows, and drops a row that was begun and not ended.
func (c *Column) truncate(n int) {
	c.Valid = c.Valid[:min(n, len(c.Valid))]
	c.Floats = c.Floats[:min(n, len(c.Floats))]
	c.Uints = c.Uints[:min(n, len(c.Uints))]
	c.Times = c.Times[:min(n, len(c.Times))]
	c.UUIDs = c.UUIDs[:min(n, len(c.UUIDs))]
	switch c.Field.Kind {
	case String:
		c.Strings.truncate(n)
	case StringList, StringMap:
		c.Ends = c.Ends[:min(n, len(c.Ends))]
		elements := 0
		if n > 0 {
			elements = int(c.Ends[n-1])
		}
		c.Strings.truncate(elements)
	default:
	}
}
