// Package deliverytest is what every destination has to pass: one suite that writes batches to it as the functions do,
// breaks every step on the way, and looks each time whether every event is there exactly once.
//
// It has two levels. On the first the suite calls the destination itself. On the second it runs the real handler with
// a ledger in memory and an S3 in memory, and lets workers crash, pause and collide at every request that they make.
package deliverytest

import (
	"testing"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Harness makes what the suite works on.
type Harness struct {
	// New returns a destination with empty storage.
	New func(tb testing.TB) Subject
	// Discarding returns the destination over storage that takes no memory of this process, to measure what writing
	// takes.
	Discarding func(tb testing.TB) delivery.Destination
}

// Subject is a destination under test.
type Subject struct {
	Destination delivery.Destination
	// ReadBack returns every event that is in the storage, as often as it is there. It also holds whatever the
	// storage derives from the events against them.
	ReadBack func(tb testing.TB) []rumtest.Row
	// Faults are asked by the storage's client about every request that writes or looks up.
	Faults *Faults
	// Forget has the storage forget which writes it has seen, as one with a finite memory does in time. A storage that
	// has no such memory leaves it nil.
	Forget func(tb testing.TB)
}

func (s Subject) forget(tb testing.TB) {
	if s.Forget != nil {
		s.Forget(tb)
	}
}

// Run holds a destination to all of it. The test that calls it must not be parallel, since the heap is measured, and other
// tests have theirs in it.
func Run(t *testing.T, h Harness) {
	t.Helper()
	t.Setenv("RUMLINE_CONFORMANCE", "1") // panics in a parallel test
	for _, s := range direct {
		t.Run("destination/"+s.name, func(t *testing.T) { report(t, s.run(t, h)) })
	}
	for _, s := range handled {
		t.Run("handler/"+s.name, func(t *testing.T) { report(t, s.run(newWorld(t, h, mutation{}))) })
	}
}

// report fails the test with what a scenario found. Scenarios return what they find, so that it can be shown that they
// find it.
func report(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
