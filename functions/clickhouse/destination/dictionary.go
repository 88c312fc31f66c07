package destination

import (
	"encoding/binary"
	"math"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/rumline/rumline/shared/rum"
)

// dictionary encodes texts as a LowCardinality column: the distinct texts, then the index of each row's. Its memory
// serves one column after the other.
type dictionary struct {
	index map[string]uint32
	texts []string
	rows  []uint32
	// recent has the indexes of texts that were there lately, by a hash that costs next to nothing: most columns have few
	// texts, so it spares the map. An index that is another text's, or of a column before, is told by the text.
	recent [256]uint32
}

// The flags of a LowCardinality column in the Native format: its dictionary comes with it, and replaces any before.
// The lowest byte is the width of the indexes.
const (
	dictionaryFlags = 1<<9 | 1<<10
	width8          = 0
	width16         = 1
	width32         = 2
)

// encode appends the texts of some rows. A nullable column has rows that are not valid; valid is nil for others. The texts
// need to live only for the time of the call.
func (d *dictionary) encode(buf *proto.Buffer, texts *rum.Strings, of rows, valid []bool) {
	if of.n == 0 {
		return
	}
	d.collect(texts, of, valid)
	d.putTexts(buf, of.n)
	switch d.width() {
	case width8:
		out := grow(buf, len(d.rows))
		for i, v := range d.rows {
			out[i] = byte(v)
		}
	case width16:
		out := grow(buf, 2*len(d.rows))
		for i, v := range d.rows {
			binary.LittleEndian.PutUint16(out[2*i:], uint16(v))
		}
	default:
		out := grow(buf, 4*len(d.rows))
		for i, v := range d.rows {
			binary.LittleEndian.PutUint32(out[4*i:], v)
		}
	}
	clear(d.index)
	clear(d.texts)
}

// encodeAbsent appends n rows of a nullable column that are all absent.
func (d *dictionary) encodeAbsent(buf *proto.Buffer, n int) {
	d.texts = append(d.texts[:0], "", "")
	d.putTexts(buf, n)
	clear(grow(buf, n))
}

// encodeConstant appends n rows of the same text, which is not empty.
func (d *dictionary) encodeConstant(buf *proto.Buffer, text string, n int) {
	d.texts = append(d.texts[:0], "", text)
	d.putTexts(buf, n)
	fill(grow(buf, n), 1)
}

func (d *dictionary) width() uint64 {
	switch {
	case len(d.texts) <= math.MaxUint8:
		return width8
	case len(d.texts) <= math.MaxUint16:
		return width16
	default:
		return width32
	}
}

// putTexts appends what comes ahead of the indexes of n rows.
func (d *dictionary) putTexts(buf *proto.Buffer, n int) {
	buf.PutUInt64(dictionaryFlags | d.width())
	buf.PutUInt64(uint64(len(d.texts)))
	for _, t := range d.texts {
		buf.PutString(t)
	}
	buf.PutUInt64(uint64(n))
}

// collect numbers the distinct texts in the order in which they first appear. The format reserves the first places: 0
// for NULL when there can be one, and the next for the empty text.
func (d *dictionary) collect(texts *rum.Strings, of rows, valid []bool) {
	if d.index == nil {
		d.index = make(map[string]uint32)
	}
	d.texts, d.rows = append(d.texts[:0], ""), d.rows[:0]
	if valid != nil {
		d.texts = append(d.texts, "")
	}
	d.index[""] = uint32(len(d.texts) - 1)
	for i := range of.n {
		row := of.at(i)
		if len(valid) > 0 && !valid[row] {
			d.rows = append(d.rows, 0)
			continue
		}
		d.rows = append(d.rows, d.number(texts.At(row)))
	}
}

func (d *dictionary) number(t string) uint32 {
	if t == "" {
		return d.index[""]
	}
	recent := &d.recent[byte(len(t))^t[0]*7^t[len(t)-1]*31]
	// The two places ahead are those of the empty text.
	if i := *recent; int(i) < len(d.texts) && d.texts[i] == t {
		return i
	}
	i, ok := d.index[t]
	if !ok {
		i = uint32(len(d.texts))
		d.index[t] = i
		d.texts = append(d.texts, t)
	}
	*recent = i
	return i
}
