package rum

import "github.com/google/uuid"

// Column holds one field of all events of a Block. Valid has one entry a row; of the slices of values, only the one
// that the field's kind names is in use, and it too has one entry a row, zero where the field is absent. They are to be
// read only: columns that are Absent share their memory.
type Column struct {
	Field *Field
	// Valid says in which rows the field is there.
	Valid []bool
	// Floats are the values of Float32 and Float64.
	Floats []float64

	kind   Kind // of the field
	absent bool

	// Strings are the values of String. For StringList it holds the elements of all rows, for StringMap keys and
	// values in turn; Ends then says where each row's part ends.
	Strings Strings
	// Uints are the values of Uint8 to Uint64, and of Bool (0 and 1).
	Uints []uint64
	// Times are the values of Timestamp: milliseconds since the Unix epoch.
	Times []int64
	// UUIDs are the values of UUID.
	UUIDs []uuid.UUID
	// Ends has one entry a row for StringList and StringMap: the index in Strings after the row's last element.
	Ends []uint32
}

// Absent says, at no cost, that no row has the field. A column that is not Absent may be without a value all the same,
// when each event that had one was refused.
func (c *Column) Absent() bool { return c.absent }

// Elements returns the range [from, to) of Strings that belongs to a row of a StringList or StringMap.
func (c *Column) Elements(row int) (from, to int) {
	if row > 0 {
		from = int(c.Ends[row-1])
	}
	return from, int(c.Ends[row])
}

// The memory of a column behind its last row is zero. So rows without the field take nothing but a longer slice, and
// they are added only where the field is set again or somebody reads: most fields are absent in a given event.

// resize makes the column one of n rows. New ones are without the field, as those are that were begun and not ended.
func (c *Column) resize(n int) {
	if n > cap(c.Valid) {
		c.reserve(n)
	}
	if len(c.Valid) > n {
		clear(c.Valid[n:])
	}
	c.Valid = c.Valid[:n]
	switch c.kind {
	case String:
		c.Strings.resize(n)
	case UUID:
		c.UUIDs = resized(c.UUIDs, n)
	case Timestamp:
		c.Times = resized(c.Times, n)
	case Uint8, Uint16, Uint32, Uint64, Bool:
		c.Uints = resized(c.Uints, n)
	case Float32, Float64:
		c.Floats = resized(c.Floats, n)
	case StringList, StringMap:
		if n < len(c.Ends) {
			c.Ends = c.Ends[:n]
		}
		elements := 0
		if len(c.Ends) > 0 {
			elements = int(c.Ends[len(c.Ends)-1])
		}
		c.Strings.truncate(elements)
		for len(c.Ends) < n {
			c.Ends = append(c.Ends, uint32(elements))
		}
	}
}

func resized[T any](s []T, n int) []T {
	if n < len(s) {
		clear(s[n:])
	}
	return s[:n]
}

// truncate keeps the first n rows, and drops one that was begun and not ended.
func (c *Column) truncate(n int) { c.resize(min(n, len(c.Valid))) }

// reserve makes room for n rows.
func (c *Column) reserve(n int) {
	c.Valid = grown(c.Valid, n)
	n = cap(c.Valid)
	switch c.kind {
	case String:
		c.Strings.ends = grown(c.Strings.ends, n)
	case UUID:
		c.UUIDs = grown(c.UUIDs, n)
	case Timestamp:
		c.Times = grown(c.Times, n)
	case Uint8, Uint16, Uint32, Uint64, Bool:
		c.Uints = grown(c.Uints, n)
	case Float32, Float64:
		c.Floats = grown(c.Floats, n)
	case StringList, StringMap:
		c.Ends = grown(c.Ends, n)
	}
}

// fewest is what memory begins with: rows, or bytes of text.
const fewest = 64

// grown returns s with room for n elements, twice of what it had at least. Unlike append it leaves the new memory
// untouched: fresh pages cost more than what is written to them.
func grown[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s
	}
	g := make([]T, len(s), max(n, 2*cap(s), fewest))
	copy(g, s)
	return g
}

// The setters add a row with the field.

func (c *Column) setFloat(v float64) {
	c.Valid = append(c.Valid, true)
	c.Floats = append(c.Floats, v)
}

func (c *Column) setUint(v uint64) {
	c.Valid = append(c.Valid, true)
	c.Uints = append(c.Uints, v)
}

func (c *Column) setTime(ms int64) {
	c.Valid = append(c.Valid, true)
	c.Times = append(c.Times, ms)
}

func (c *Column) setUUID(id uuid.UUID) {
	c.Valid = append(c.Valid, true)
	c.UUIDs = append(c.UUIDs, id)
}

// endString makes the bytes that were appended to the column's text the row's value.
func (c *Column) endString() {
	c.Valid = append(c.Valid, true)
	c.Strings.end()
}

// endElements makes the texts that were added since the last row the row's elements.
func (c *Column) endElements() {
	c.Valid = append(c.Valid, true)
	c.Ends = append(c.Ends, uint32(c.Strings.Len()))
}
