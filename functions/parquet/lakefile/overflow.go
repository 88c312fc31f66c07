package lakefile

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rumline/rumline/shared/rum"
)

// overflowPrefix begins the keys in extra under which numbers are kept that their columns cannot hold.
const overflowPrefix = "rumline."

// overflows are the numbers above math.MaxInt64 of a file, by row. Engines have no unsigned 64-bit column that all of
// them read, so the columns are signed. A count that large is nonsense that some browser extension made up, and still
// it must become neither another number nor nothing: it is absent in its column, and in extra as text.
type overflows map[int]overflow

// overflow is such numbers of one row, by the key they have in extra.
type overflow map[string]string

func isOverflow(v uint64) bool { return v > math.MaxInt64 }

func findOverflows(events *rum.Block, rows []int) overflows {
	var found overflows
	for i, f := range rum.Fields() {
		if f.Kind != rum.Uint64 {
			continue
		}
		c := events.Column(i)
		for _, row := range rows {
			if !isOverflow(c.Uints[row]) {
				continue
			}
			if found == nil {
				found = make(overflows)
			}
			if found[row] == nil {
				found[row] = make(overflow)
			}
			found[row][overflowPrefix+f.Name] = strconv.FormatUint(c.Uints[row], 10)
		}
	}
	return found
}

// mergedWith returns the entries of a row's map together with the row's overflow, ordered by key.
func (o overflow) mergedWith(c *rum.Column, from, to int) [][2]string {
	all := maps.Clone(o)
	for i := from; i < to; i += 2 {
		if _, taken := all[c.Strings.At(i)]; !taken {
			all[c.Strings.At(i)] = c.Strings.At(i + 1)
		}
	}
	entries := make([][2]string, 0, len(all))
	for _, k := range slices.Sorted(maps.Keys(all)) {
		entries = append(entries, [2]string{k, all[k]})
	}
	return entries
}

// restore puts the overflow back into a row that was read.
func restore(row Row) {
	extra, _ := row["extra"].(map[string]string)
	for k, text := range extra {
		name, ours := strings.CutPrefix(k, overflowPrefix)
		i, known := rum.Lookup(name)
		if !ours || !known || rum.Fields()[i].Kind != rum.Uint64 || row[name] != nil {
			continue
		}
		if v, err := strconv.ParseUint(text, 10, 64); err == nil && isOverflow(v) {
			row[name] = v
			delete(extra, k)
		}
	}
}
