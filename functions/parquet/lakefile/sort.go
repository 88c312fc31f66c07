package lakefile

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/rumline/rumline/functions/parquet/pages"
	"github.com/rumline/rumline/shared/rum"
)

// sorter orders the rows of a file without moving them: it sorts their indexes.
type sorter struct {
	texts *pages.Dictionary
	ranks []uint64 // by number in texts
	ids   []uint32 // by number in texts, in the order of the texts
	key   []uint64 // of the column in work, one a row
	words [][]uint64
	items []item
	spare []item
	rows  []int
}

// item is a row and the word of its key that is being sorted by.
type item struct {
	word     uint64
	position int // in the file's rows
}

// sorted returns the rows in the order of sortedBy, and those that are equal in it in the order they came. The result
// is valid until the next call.
//
// The columns of the key are turned into numbers as narrow as can be and packed into words, mostly one, so that a radix
// sort is done after a few passes and no text is compared twice.
func (s *sorter) sorted(events *rum.Block, rows []int) []int {
	used, width := 0, 0 // words in use, bits of the last one
	for _, name := range sortedBy {
		more := s.rank(events.Column(rum.Index(name)), rows)
		if used == 0 || width+more > 64 {
			if used == len(s.words) {
				s.words = append(s.words, nil)
			}
			s.words[used] = append(s.words[used][:0], s.key...)
			used, width = used+1, more
			continue
		}
		word := s.words[used-1]
		for i, key := range s.key {
			word[i] = word[i]<<more | key
		}
		width += more
	}
	s.items = s.items[:0]
	for position := range rows {
		s.items = append(s.items, item{position: position})
	}
	for _, word := range slices.Backward(s.words[:used]) { // the least significant first: radix sorts are stable
		for i := range s.items {
			s.items[i].word = word[s.items[i].position]
		}
		s.radix()
	}
	s.rows = s.rows[:0]
	for i := range s.items {
		s.rows = append(s.rows, rows[s.items[i].position])
	}
	return s.rows
}

// radix sorts the items by their words, byte by byte from the lowest, and keeps the order of equal ones.
func (s *sorter) radix() {
	var differ uint64
	for i := range s.items {
		differ |= s.items[i].word ^ s.items[0].word
	}
	s.spare = slices.Grow(s.spare[:0], len(s.items))[:len(s.items)]
	for shift := 0; shift < bits.Len64(differ); shift += 8 {
		var ends [256]int
		for i := range s.items {
			ends[byte(s.items[i].word>>shift)]++
		}
		at := 0
		for digit := range ends {
			n := ends[digit]
			ends[digit] = at
			at += n
		}
		for _, it := range s.items {
			digit := byte(it.word >> shift)
			s.spare[ends[digit]] = it
			ends[digit]++
		}
		s.items, s.spare = s.spare, s.items
	}
}

// rank makes s.key: numbers that are ordered as the column's values are. It returns how many bits they take.
func (s *sorter) rank(c *rum.Column, rows []int) (width int) {
	s.key = s.key[:0]
	switch c.Field.Kind {
	case rum.Timestamp:
		least, most := c.Times[rows[0]], c.Times[rows[0]]
		for _, row := range rows {
			least, most = min(least, c.Times[row]), max(most, c.Times[row])
		}
		for _, row := range rows {
			s.key = append(s.key, uint64(c.Times[row]-least))
		}
		return bits.Len64(uint64(most - least))
	case rum.String:
		return s.rankTexts(c, rows)
	default:
		panic("lakefile: cannot sort by " + c.Field.Name)
	}
}

// rankTexts ranks the distinct texts of a column, bytewise, as Parquet orders strings.
func (s *sorter) rankTexts(c *rum.Column, rows []int) (width int) {
	if s.texts == nil {
		s.texts = pages.NewDictionary()
	}
	s.texts.Reset()
	for _, row := range rows {
		s.key = append(s.key, uint64(s.texts.Text(c.Strings.At(row))))
	}
	texts := s.texts.Texts()
	s.ids = s.ids[:0]
	for id := range texts {
		s.ids = append(s.ids, uint32(id))
	}
	slices.SortFunc(s.ids, func(a, b uint32) int { return cmp.Compare(texts[a], texts[b]) })
	s.ranks = slices.Grow(s.ranks[:0], len(texts))[:len(texts)]
	for rank, id := range s.ids {
		s.ranks[id] = uint64(rank)
	}
	for i, id := range s.key {
		s.key[i] = s.ranks[id]
	}
	s.texts.Reset() // the texts are the block's
	return bits.Len(uint(len(texts) - 1))
}
