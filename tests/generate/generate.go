// Package generate makes traffic: the beacons of visitors who do not exist, on sites that do not exist, in the objects
// that a collector would write of them. It is what the local stack, the tests and the benchmarks run on.
//
// Everything that it makes is decided by its Options, byte for byte: the clock and the machine have no part in it. The
// distributions are those of real traffic where they matter to a pipeline: durations and sizes have heavy tails and
// depend on each other, the slow countries are slow on all their pages, most fields are missing now and then, zero is
// often a measurement, a page view comes in several beacons, and some beacons come days late.
package generate

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Options says what to make. The zero value makes the standard load: 100,000 events in 300 objects.
type Options struct {
	// Seed chooses the traffic.
	Seed uint64
	// Base is when the traffic ends. A store that forgets old events forgets those of a Base that is long ago.
	// Default: 2026-11-20T12:00:00Z.
	Base time.Time
	// Span is how long the traffic lasts, in which sessions begin. Default: 3 hours.
	Span time.Duration
	// Events is how many events there are. Default: 100,000.
	Events int
	// Objects is how many objects they lie in, at least one a site. Default: 300.
	Objects int
	// Prefix begins every key. Default: "rum/".
	Prefix string
}

// Object is what lies in a bucket.
type Object struct {
	Key string
	// Body is the content, as it is stored.
	Body []byte
	// Plain is the content before compression.
	Plain []byte
	// Records are the events, in their order in Plain.
	Records []Record
	Form    Form
	Packing Packing
}

// Record is an event within an object.
type Record struct {
	// Line is the line of Plain on which it begins, from 1.
	Line int
	// Element is its position in its array, from 1; 0 for one that is in no array.
	Element int
	// JSON is the event, a part of Plain.
	JSON []byte
}

// Objects makes the objects one after another, site by site. Only one site's events are in memory at a time.
func Objects(o Options) iter.Seq[Object] {
	o = o.withDefaults()
	return func(yield func(Object) bool) {
		events, objects := share(o.Events), share(o.Objects)
		for i := range sites {
			d := newDice(o.Seed, uint64(i))
			b := visit(d, &sites[i], events[i], o)
			for object := range pack(d, &sites[i], b, max(1, objects[i]), o) {
				if !yield(object) {
					return
				}
			}
		}
	}
}

func (o Options) withDefaults() Options {
	if o.Base.IsZero() {
		o.Base = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)
	}
	return Options{
		Seed: o.Seed, Base: o.Base,
		Span:    cmp.Or(o.Span, 3*time.Hour),
		Events:  cmp.Or(o.Events, 100_000),
		Objects: cmp.Or(o.Objects, 300),
		Prefix:  cmp.Or(o.Prefix, "rum/"),
	}
}

// share divides n among the sites by their weights, to the last one.
func share(n int) []int {
	weights := make([]float64, len(sites))
	for i, s := range sites {
		weights[i] = s.weight
	}
	return divide(n, weights)
}

// divide divides n by weights. The parts add up to n.
func divide(n int, weights []float64) []int {
	parts := make([]int, len(weights))
	var all, seen float64
	for _, w := range weights {
		all += w
	}
	given := 0
	for i, w := range weights {
		seen += w
		parts[i] = int(float64(n)*seen/all+0.5) - given
		given += parts[i]
	}
	return parts
}

// sizes divides n events among objects, each of which gets one at least. Few objects get most of them.
func sizes(d dice, n, objects int) []int {
	objects = min(n, objects)
	weights := make([]float64, objects)
	for i := range weights {
		weights[i] = d.pareto(1, 1.2)
	}
	parts := divide(n-objects, weights)
	for i := range parts {
		parts[i]++
	}
	return slices.Clip(parts)
}
