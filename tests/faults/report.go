package faults

import (
	"time"

	"github.com/rumline/rumline/tests/roundtrip"
)

// Report is what became of a run.
type Report struct {
	Rounds []Round
	// Faults is how many of each kind came to pass.
	Faults map[Kind]int
}

// Round is what became of a round.
type Round struct {
	Seed                 uint64
	Appointments, Faults int
	Objects, Events      int
	// Replayed is how many messages came back from dead-letter queues.
	Replayed int
	Took     time.Duration
	// Calls is how often each step was taken while faults came.
	Calls map[Step]int
	// Results are, by destination and by destination's quarantine, what is wrong since the round before.
	Results map[string]roundtrip.Result
	Rollup  Rollup
	// Unacknowledged are complaints about messages that point to nothing and are in no dead-letter queue.
	Unacknowledged []string
}

// Exact says that everything is where it belongs, once.
func (r *Round) Exact() bool {
	for _, result := range r.Results {
		if !result.Exact() {
			return false
		}
	}
	return r.Rollup.Exact() && len(r.Unacknowledged) == 0
}

// Exact says that all rounds were.
func (r *Report) Exact() bool {
	for i := range r.Rounds {
		if !r.Rounds[i].Exact() {
			return false
		}
	}
	return true
}

// Totals adds all rounds up: events sent, and what of them was lost, duplicated or different, in all destinations together.
func (r *Report) Totals() (events, lost, duplicated, different int) {
	for i := range r.Rounds {
		events += r.Rounds[i].Events
		for _, result := range r.Rounds[i].Results {
			lost += result.Missing
			duplicated += result.Duplicated
			different += result.Different + result.Unexpected
		}
	}
	return events, lost, duplicated, different
}

func sum(counts map[Kind]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}
