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

	absent bool
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

// ready makes the column one of n whole rows with room for one more: rows are added only where the field is set.
func (c *Column) ready(n int) {
	if n >= cap(c.Valid) {
		c.reserve(n + 1)
	}
	switch {
	case len(c.Valid) > n:
		c.truncate(n)
	case len(c.Valid) < n:
		c.pad(n)
	}
}

// reserve makes room for n rows.
func (c *Column) reserve(n int) {
	c.Valid = grown(c.Valid, n)
	n = cap(c.Valid)
	switch c.Field.Kind {
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

// pad adds rows without the field, up to n of them in all. There is room for them.
func (c *Column) pad(n int) {
	missing := n - len(c.Valid)
	c.Valid = zeroed(c.Valid, missing)
	switch c.Field.Kind {
	case String:
		c.Strings.pad(missing)
	case UUID:
		c.UUIDs = zeroed(c.UUIDs, missing)
	case Timestamp:
		c.Times = zeroed(c.Times, missing)
	case Uint8, Uint16, Uint32, Uint64, Bool:
		c.Uints = zeroed(c.Uints, missing)
	case Float32, Float64:
		c.Floats = zeroed(c.Floats, missing)
	case StringList, StringMap:
		end := uint32(c.Strings.Len())
		for range missing {
			c.Ends = append(c.Ends, end)
		}
	}
}

// zeroed returns s with n zeros more.
func zeroed[T any](s []T, n int) []T {
	s = grown(s, len(s)+n)
	s = s[:len(s)+n]
	clear(s[len(s)-n:])
	return s
}

// truncate keeps the first n rows, and drops a row that was begun and not ended.
func (c *Column) truncate(n int) {
	c.Valid = c.Valid[:min(n, len(c.Valid))]
	switch c.Field.Kind {
	case String:
		c.Strings.truncate(n)
	case UUID:
		c.UUIDs = c.UUIDs[:min(n, len(c.UUIDs))]
	case Timestamp:
		c.Times = c.Times[:min(n, len(c.Times))]
	case Uint8, Uint16, Uint32, Uint64, Bool:
		c.Uints = c.Uints[:min(n, len(c.Uints))]
	case Float32, Float64:
		c.Floats = c.Floats[:min(n, len(c.Floats))]
	case StringList, StringMap:
		c.Ends = c.Ends[:min(n, len(c.Ends))]
		elements := 0
		if len(c.Ends) > 0 {
			elements = int(c.Ends[len(c.Ends)-1])
		}
		c.Strings.truncate(elements)
	}
}
