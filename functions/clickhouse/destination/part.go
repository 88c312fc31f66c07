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
	rows   rows // of the events
}

// token names the part for good. The rollup keeps it, as the migration of rum_vitals_1m says it.
func (p part) token() string { return fmt.Sprintf("%s/%d/%s", p.batch, p.chunk, p.partition()) }

// partition is the ID of the partition of rum_events that the part belongs to.
func (p part) partition() string { return p.day.Format("20060102") }

// month is the ID of the partition of rum_vitals_1m that the part is counted in.
func (p part) month() string { return p.day.Format("200601") }

// dayMS is a day in milliseconds.
const dayMS = int64(24 * time.Hour / time.Millisecond)

// splitByDay returns the parts of a chunk, in the order in which their days appear in it.
func splitByDay(batch string, chunk delivery.Chunk) []part {
	newPart := func(day int64) part {
		return part{batch: batch, chunk: chunk.Index, day: time.UnixMilli(day * dayMS).UTC(), events: chunk.Events}
	}
	times := chunk.Events.Column(eventTS).Times
	if day, all := oneDay(times); all {
		whole := newPart(day)
		whole.rows.n = len(times)
		return []part{whole}
	}
	var parts []part
	index := make(map[int64]int)
	last, lastDay := -1, int64(0) // most events are of the day of the one before them
	for row, ms := range times {
		d := ms / dayMS // the schema has no times before 1970
		if last < 0 || d != lastDay {
			i, known := index[d]
			if !known {
				i = len(parts)
				index[d] = i
				parts = append(parts, newPart(d))
			}
			last, lastDay = i, d
		}
		p := &parts[last].rows
		p.picked = append(p.picked, row)
		p.n++
	}
	return parts
}

// oneDay says whether all times are of one day, as they are but for the late ones and around midnight, and of which.
func oneDay(times []int64) (day int64, all bool) {
	for i, ms := range times {
		if d := ms / dayMS; i == 0 {
			day = d
		} else if d != day {
			return 0, false
		}
	}
	return day, len(times) > 0
}

var eventTS = rum.Index("event_ts")
