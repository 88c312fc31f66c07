package rum

import (
	"sync"
	"sync/atomic"
)

// Block holds events in columns, one Column a field in the order of Fields. Columns are what ClickHouse and Parquet
// take, they need no allocation per event, and a Block that is Reset keeps its memory for the next events.
//
// A Block is not safe for concurrent use while it is written; reading it is.
type Block struct {
	rows    int
	bytes   int
	columns []Column
	settling
}

// NewBlock returns an empty Block.
func NewBlock() *Block {
	b := &Block{columns: make([]Column, len(fields))}
	for i := range b.columns {
		b.columns[i].Field, b.columns[i].kind = &fields[i], fields[i].Kind
	}
	return b
}

// Len is the number of events in the Block.
func (b *Block) Len() int { return b.rows }

// Column returns the column of the i-th field of Fields. It is valid until the Block is written or Reset.
func (b *Block) Column(i int) *Column {
	if !b.settled.Load() {
		b.settle()
	}
	return &b.columns[i]
}

// Bytes is the size of the events as the JSON that they came as: what a writer bounds its chunks by.
func (b *Block) Bytes() int { return b.bytes }

// Reset empties the Block and keeps its memory.
func (b *Block) Reset() {
	b.unsettle()
	b.rows, b.bytes = 0, 0
	b.rollback()
}

// commit makes a row of what was set since the last one.
func (b *Block) commit(jsonBytes int) {
	b.rows++
	b.bytes += jsonBytes
}

// rollback forgets what was set since the last row.
func (b *Block) rollback() {
	for i := range b.columns {
		b.columns[i].truncate(b.rows)
	}
}

// settling is how columns get the rows that they lack. Most fields are absent in a given event, and many in all events
// of a Block, so rows without a field are added only when the field is set again, or when somebody reads: the Block is
// settled then, until it is written.
type settling struct {
	settled atomic.Bool
	one     sync.Mutex // of those who read first
	lent    []ownColumn
	zeros   Column // the memory of columns that no event has
}

// ownColumn is a column as it was before it was lent the memory of others.
type ownColumn struct {
	field int
	Column
}

// settle makes all columns as long as the Block. Those that no event has share their memory.
func (b *Block) settle() {
	b.one.Lock()
	defer b.one.Unlock()
	if b.settled.Load() {
		return
	}
	for i := range b.columns {
		c := &b.columns[i]
		switch {
		case len(c.Valid) == b.rows:
		case len(c.Valid) == 0:
			b.lend(i)
		default:
			c.resize(b.rows)
		}
	}
	b.settled.Store(true)
}

// lend gives a column that is empty as many rows without its field as the Block has. The slices have no capacity to
// spare, so that appending to them copies.
func (b *Block) lend(i int) {
	c, z, n := &b.columns[i], &b.zeros, b.rows
	b.lent = append(b.lent, ownColumn{i, *c})
	z.Valid = zeros(z.Valid, n)
	*c = Column{Field: c.Field, Valid: z.Valid[:n:n], kind: c.kind, absent: true}
	switch c.kind {
	case String, StringList, StringMap:
		z.Ends = zeros(z.Ends, n)
		ends := z.Ends[:n:n]
		if c.kind == String {
			c.Strings.ends = ends
		} else {
			c.Ends = ends
		}
	case UUID:
		z.UUIDs = zeros(z.UUIDs, n)
		c.UUIDs = z.UUIDs[:n:n]
	case Timestamp:
		z.Times = zeros(z.Times, n)
		c.Times = z.Times[:n:n]
	case Uint8, Uint16, Uint32, Uint64, Bool:
		z.Uints = zeros(z.Uints, n)
		c.Uints = z.Uints[:n:n]
	case Float32, Float64:
		z.Floats = zeros(z.Floats, n)
		c.Floats = z.Floats[:n:n]
	}
}

// zeros returns s, or a longer list of zeros: n at least.
func zeros[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	return make([]T, max(n, 2*len(s), fewest))
}

// unsettle gives the columns their own memory again.
func (b *Block) unsettle() {
	if !b.settled.Load() {
		return
	}
	for _, own := range b.lent {
		b.columns[own.field] = own.Column
	}
	b.lent = b.lent[:0]
	b.settled.Store(false)
}
