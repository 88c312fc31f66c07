package destination

import (
	"math"

	"github.com/ClickHouse/ch-go/proto"
)

// dictionary encodes texts as a LowCardinality column: the distinct texts, then the index of each row's. Its memory
// serves one column after the other.
type dictionary struct {
	index map[string]uint32
	texts []string
	rows  []uint32
}

// The flags of a LowCardinality column in the Native format: its dictionary comes with it, and replaces any before.
// The lowest byte is the width of the indexes.
const (
	dictionaryFlags = 1<<9 | 1<<10
	width8          = 0
	width16         = 1
	width32         = 2
)

// encode appends the texts of rows 0 to n. A nullable column has absent rows, which absent tells; it is nil for others.
// The texts need to live only for the time of the call.
func (d *dictionary) encode(buf *proto.Buffer, text func(int) string, n int, absent func(int) bool) {
	if n == 0 {
		return
	}
	d.collect(text, n, absent)
	width := width32
	switch {
	case len(d.texts) <= math.MaxUint8:
		width = width8
	case len(d.texts) <= math.MaxUint16:
		width = width16
	}
	buf.PutUInt64(dictionaryFlags | uint64(width))
	buf.PutUInt64(uint64(len(d.texts)))
	for _, t := range d.texts {
		buf.PutString(t)
	}
	buf.PutUInt64(uint64(n))
	for _, i := range d.rows {
		switch width {
		case width8:
			buf.PutUInt8(uint8(i))
		case width16:
			buf.PutUInt16(uint16(i))
		default:
			buf.PutUInt32(i)
		}
	}
	clear(d.index)
	clear(d.texts)
}

// collect numbers the distinct texts in the order in which they first appear. The format reserves the first places: 0
// for NULL when there can be one, and the next for the empty text.
func (d *dictionary) collect(text func(int) string, n int, absent func(int) bool) {
	if d.index == nil {
		d.index = make(map[string]uint32)
	}
	d.texts, d.rows = append(d.texts[:0], ""), d.rows[:0]
	if absent != nil {
		d.texts = append(d.texts, "")
	}
	empty := uint32(len(d.texts) - 1)
	d.index[""] = empty
	last, lastIndex := "", empty
	for row := range n {
		if absent != nil && absent(row) {
			d.rows = append(d.rows, 0)
			continue
		}
		t := text(row)
		if t != last { // neighbours are often alike
			last, lastIndex = t, d.number(t)
		}
		d.rows = append(d.rows, lastIndex)
	}
}

func (d *dictionary) number(t string) uint32 {
	i, ok := d.index[t]
	if !ok {
		i = uint32(len(d.texts))
		d.index[t] = i
		d.texts = append(d.texts, t)
	}
	return i
}
