package faults

import (
	"maps"
	"sync"
)

// injector holds the calls that come against the schedule of the round, and counts what was made to happen.
type injector struct {
	mu     sync.Mutex
	armed  bool
	due    map[Step]map[int]Kind // by step, the kind of fault by the call's number
	seen   map[Step]int
	counts map[Kind]int
	note   func(Appointment)
}

func newInjector(note func(Appointment)) *injector {
	return &injector{counts: map[Kind]int{}, note: note}
}

// arm begins a round.
func (i *injector) arm(s *Schedule) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.armed, i.seen, i.due = true, map[Step]int{}, map[Step]map[int]Kind{}
	for _, a := range s.Appointments {
		if i.due[a.Step] == nil {
			i.due[a.Step] = map[int]Kind{}
		}
		i.due[a.Step][a.Nth] = a.Kind
	}
}

// disarm ends the faults: from now on all goes well.
func (i *injector) disarm() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.armed = false
}

// isArmed says whether faults come.
func (i *injector) isArmed() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.armed
}

// next counts a call and says what is to go wrong with it; nothing, most of the time.
func (i *injector) next(s Step) Kind {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.armed {
		return ""
	}
	i.seen[s]++
	kind := i.due[s][i.seen[s]]
	if kind != "" {
		i.note(Appointment{Step: s, Kind: kind, Nth: i.seen[s]})
	}
	return kind
}

// did counts a fault that has happened.
func (i *injector) did(k Kind) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.counts[k]++
}

// done is how many of each kind have happened so far.
func (i *injector) done() map[Kind]int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return maps.Clone(i.counts)
}

// calls is how often each step was taken in the round so far.
func (i *injector) calls() map[Step]int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return maps.Clone(i.seen)
}
