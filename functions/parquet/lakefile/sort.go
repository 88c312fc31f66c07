package lakefile

import (
	"cmp"
	"slices"

	"github.com/rumline/rumline/shared/rum"
)

// sorter orders the rows of a file without moving them: it sorts their indexes.
type sorter struct {
	keys  [len(sortedBy)][]int64 // by position in the file's rows
	order []int                  // positions
	rows  []int

	// Of the column whose keys are being made.
	seen  map[string]int64
	texts []string
}

// sorted returns the rows in the order of sortedBy, and those that are equal in it in the order they came. The result
// is valid until the next call.
func (s *sorter) sorted(events *rum.Block, rows []int) []int {
	for i, name := range sortedBy {
		s.keys[i] = s.appendKeys(s.keys[i][:0], events.Column(rum.Index(name)), rows)
	}
	s.order = s.order[:0]
	for position := range rows {
		s.order = append(s.order, position)
	}
	slices.SortFunc(s.order, func(a, b int) int {
		for _, key := range s.keys {
			if order := cmp.Compare(key[a], key[b]); order != 0 {
				return order
			}
		}
		return a - b
	})
	s.rows = s.rows[:0]
	for _, position := range s.order {
		s.rows = append(s.rows, rows[position])
	}
	return s.rows
}

// appendKeys appends one number a row that is ordered as the column's values are.
func (s *sorter) appendKeys(keys []int64, c *rum.Column, rows []int) []int64 {
	switch c.Field.Kind {
	case rum.Timestamp:
		for _, row := range rows {
			keys = append(keys, c.Times[row])
		}
		return keys
	case rum.String:
		return s.appendRanks(keys, c, rows)
	default:
		panic("lakefile: cannot sort by " + c.Field.Name)
	}
}

// appendRanks ranks the distinct texts of a column, bytewise, as Parquet orders strings. They are few, and the sort
// compares each row some sixteen times, mostly with its equals: numbers make it five times as fast.
func (s *sorter) appendRanks(keys []int64, c *rum.Column, rows []int) []int64 {
	if s.seen == nil {
		s.seen = make(map[string]int64)
	}
	for _, row := range rows {
		text := c.Strings.At(row)
		if _, known := s.seen[text]; !known {
			s.seen[text] = 0
			s.texts = append(s.texts, text)
		}
	}
	slices.Sort(s.texts)
	for rank, text := range s.texts {
		s.seen[text] = int64(rank)
	}
	for _, row := range rows {
		keys = append(keys, s.seen[c.Strings.At(row)])
	}
	clear(s.seen) // the texts are the block's
	clear(s.texts)
	s.texts = s.texts[:0]
	return keys
}
