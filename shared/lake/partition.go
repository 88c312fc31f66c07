package lake

import (
	"fmt"
	"slices"
	"time"

	"github.com/rumline/rumline/shared/rum"
)

// Partition is the hour of event_ts that rows share: hours since the Unix epoch, UTC.
type Partition int64

// PartitionOf returns the partition of a time, in milliseconds since the Unix epoch.
func PartitionOf(ms int64) Partition {
	const hour = int64(time.Hour / time.Millisecond)
	p := ms / hour
	if ms%hour < 0 { // division rounds towards zero, and hours before 1970 begin below it
		p--
	}
	return Partition(p)
}

// Path is the partition's folder, as Hive, Athena, DuckDB and ClickHouse read it: dt=YYYY-MM-DD/hour=HH.
func (p Partition) Path() string {
	return time.Unix(int64(p)*int64(time.Hour/time.Second), 0).UTC().Format("dt=2006-01-02/hour=15")
}

// key is where a chunk's rows of a partition go. It depends on nothing but its arguments.
func key(prefix string, p Partition, batchID string, chunk int, extension string) string {
	return fmt.Sprintf("%s%s/%s-%05d.%s", prefix, p.Path(), batchID, chunk, extension)
}

// part is the rows of a chunk that belong to one partition.
type part struct {
	partition Partition
	rows      []int
}

// split tells the rows of a chunk apart by partition. Parts are in the order of time, rows in the order of the chunk.
func split(events *rum.Block) []part {
	times := events.Column(eventTS).Times
	var parts []part
	index := make(map[Partition]int)
	last := -1 // events come roughly in order, so most rows belong where the one before them did
	for row, ms := range times {
		p := PartitionOf(ms)
		if last < 0 || parts[last].partition != p {
			i, known := index[p]
			if !known {
				i = len(parts)
				index[p] = i
				parts = append(parts, part{partition: p})
			}
			last = i
		}
		parts[last].rows = append(parts[last].rows, row)
	}
	slices.SortFunc(parts, func(a, b part) int { return int(a.partition - b.partition) })
	return parts
}

var eventTS = rum.Index("event_ts")
