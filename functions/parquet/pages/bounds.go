package pages

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"
)

// bounds are the least and the greatest of some values.
type bounds struct {
	any                    bool
	leastText, mostText    string
	leastNumber, mostNumer uint64 // as orderOf has them
}

func (b *bounds) text(s string) {
	if !b.any {
		b.any, b.leastText, b.mostText = true, s, s
		return
	}
	if s < b.leastText {
		b.leastText = s
	} else if s > b.mostText {
		b.mostText = s
	}
}

func (b *bounds) number(order uint64) {
	if !b.any {
		b.any, b.leastNumber, b.mostNumer = true, order, order
		return
	}
	b.leastNumber, b.mostNumer = min(b.leastNumber, order), max(b.mostNumer, order)
}

// add widens the bounds by other ones.
func (b *bounds) add(o *bounds) {
	switch {
	case !o.any:
	case !b.any:
		*b = *o
	default:
		b.leastText, b.mostText = min(b.leastText, o.leastText), max(b.mostText, o.mostText)
		b.leastNumber, b.mostNumer = min(b.leastNumber, o.leastNumber), max(b.mostNumer, o.mostNumer)
	}
}

const sign = 1 << 63

// orderOf turns a number of a type into one that is ordered as unsigned integers are; bitsOf turns it back. Floats are
// never NaN: JSON has none.
func orderOf(t format.Type, v uint64) uint64 {
	switch t {
	case format.Float:
		return orderOf(format.Double, math.Float64bits(float64(math.Float32frombits(uint32(v)))))
	case format.Double:
		if v&sign != 0 {
			return ^v
		}
		return v | sign
	default:
		return v ^ sign
	}
}

func bitsOf(t format.Type, order uint64) uint64 {
	switch t {
	case format.Float:
		return uint64(math.Float32bits(float32(math.Float64frombits(bitsOf(format.Double, order)))))
	case format.Double:
		if order&sign == 0 {
			return ^order
		}
		return order &^ sign
	default:
		return order ^ sign
	}
}

// boundsOf finds the bounds of the values of a page.
func (w *Writer) boundsOf(t format.Type, v Values) (b bounds) {
	switch {
	case v.Dictionary != nil:
		w.pagesSeen++
		for _, id := range v.IDs {
			if w.seen[id] == w.pagesSeen {
				continue
			}
			w.seen[id] = w.pagesSeen
			if t == format.ByteArray {
				b.text(v.Dictionary.texts[id])
			} else {
				b.number(orderOf(t, v.Dictionary.numbers[id]))
			}
		}
	case t == format.ByteArray:
		for _, s := range v.Texts {
			b.text(s)
		}
	default:
		for _, n := range v.Numbers {
			b.number(orderOf(t, n))
		}
	}
	return b
}

// encode returns the bounds as the footer has them: PLAIN, a text without its length. A float's zero is widened to both
// zeros, as the format asks for.
func (b *bounds) encode(t format.Type) (least, most []byte) {
	if t == format.ByteArray {
		return []byte(b.leastText), []byte(b.mostText)
	}
	low, high := bitsOf(t, b.leastNumber), bitsOf(t, b.mostNumer)
	negativeZero := map[format.Type]uint64{format.Float: 1 << 31, format.Double: sign}[t]
	if negativeZero != 0 && low == 0 {
		low = negativeZero
	}
	if negativeZero != 0 && high == negativeZero {
		high = 0
	}
	return appendPlain(nil, t, []uint64{low}), appendPlain(nil, t, []uint64{high})
}

// longestBound is how many bytes of a text are in the page index.
const longestBound = 32

// shorten returns texts that are not above the least and not below the most, for the page index. They are UTF-8, as
// the values are.
func shorten(least, most []byte) (below, above []byte) {
	below = cut(least)
	above = cut(most)
	if len(above) == len(most) {
		return below, above
	}
	// The next greater text of that length or less.
	for len(above) > 0 {
		r, size := utf8.DecodeLastRune(above)
		above = above[:len(above)-size]
		if next := r + 1; utf8.ValidRune(next) {
			return below, utf8.AppendRune(slices.Clip(above), next)
		}
	}
	return below, most
}

// cut returns the begin of a text, up to the end of a character.
func cut(text []byte) []byte {
	if len(text) <= longestBound {
		return text
	}
	end := longestBound
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end:end]
}
