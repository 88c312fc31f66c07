package generate

import (
	"cmp"
	"slices"
)

// beacons holds the JSON of many events in one piece of memory.
type beacons struct {
	text  []byte
	items []beacon
}

// beacon is one event: when the edge received it, and where its JSON lies.
type beacon struct {
	received int64
	from, to int
}

func (b *beacons) add(received int64, e *event) {
	from := len(b.text)
	b.text = e.appendTo(b.text)
	b.items = append(b.items, beacon{received, from, len(b.text)})
}

// keep leaves the first n beacons in the order in which the edge received them.
func (b *beacons) keep(n int) {
	b.items = b.items[:n]
	slices.SortStableFunc(b.items, func(x, y beacon) int { return cmp.Compare(x.received, y.received) })
}

func (b *beacons) json(i int) []byte { return b.text[b.items[i].from:b.items[i].to] }

// visit returns n beacons of a site, of sessions that began within a span before a time.
func visit(d dice, s *site, n int, o Options) *beacons {
	b := &beacons{}
	run := session{out: b}
	end, span := o.Base.UnixMilli(), o.Span.Milliseconds()
	for len(b.items) < n {
		run.run(d, s, end-d.Int64N(span))
	}
	b.keep(n)
	return b
}
