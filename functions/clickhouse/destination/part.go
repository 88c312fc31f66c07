package destination

import (
	"fmt"
	"time"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/rum"
)

// part is what one insert takes: the events of a chunk that are of one day.
type part struct {
	batch  string
	chunk  int
	day    time.Time // its beginning, in UTC
	events *rum.Block
	rows   []int // of the events, ascending
}

// token names the part for good. The rollup keeps it, as the migration of rum_vitals_1m says it.
func (p part) token() string { return fmt.Sprintf("%s/%d/%s", p.batch, p.chunk, p.partition()) }

// partition is the ID of the partition of rum_events that the part belongs to.
func (p part) partition() string { return p.day.Format("20060102") }

// month is the ID of the partition of rum_vitals_1m that the part is counted in.
func (p part) month() string { return p.day.Format("200601") }

// splitByDay returns the parts of a chunk, in the order in which their days appear in it.
func splitByDay(batch string, chunk delivery.Chunk) []part {
	const day = int64(24 * time.Hour / time.Millisecond)
	var parts []part
	index := make(map[int64]int)
	last, lastDay := -1, int64(0) // most events are of the day of the one before them
	for row, ms := range chunk.Events.Column(eventTS).Times {
		d := ms / day // the schema has no times before 1970
		if last < 0 || d != lastDay {
			i, known := index[d]
			if !known {
				i = len(parts)
				index[d] = i
				parts = append(parts, part{
					batch: batch, chunk: chunk.Index, day: time.UnixMilli(d * day).UTC(), events: chunk.Events,
				})
			}
			last, lastDay = i, d
		}
		parts[last].rows = append(parts[last].rows, row)
	}
	return parts
}

var eventTS = rum.Index("event_ts")
