package faults

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"sync"
)

// notice is a message as it was received.
type notice struct {
	Body          string
	ReceiptHandle string
}

func noticesOf(messages []json.RawMessage) []notice {
	var notices []notice
	for _, m := range messages {
		var n notice
		if json.Unmarshal(m, &n) == nil {
			notices = append(notices, n)
		}
	}
	return notices
}

// notices remembers what was delivered, to deliver it again.
type notices struct {
	mu       sync.Mutex
	all      map[string]map[string]bool // bodies by destination
	receives map[string]int
	repeats  map[string][]repeat
}

// repeat is what is to be sent again when a destination's queue has been asked so often.
type repeat struct {
	receive int
	notices []notice
}

func newNotices() *notices {
	return &notices{all: map[string]map[string]bool{}, receives: map[string]int{}, repeats: map[string][]repeat{}}
}

func (n *notices) add(destination string, received []notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all[destination] == nil {
		n.all[destination] = map[string]bool{}
	}
	for _, r := range received {
		n.all[destination][r.Body] = true
	}
}

// later has notices sent again some receives later.
func (n *notices) later(destination string, received []notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.repeats[destination] = append(n.repeats[destination], repeat{n.receives[destination] + repeatAfter, received})
}

// due counts a receive and returns what is to be sent again now.
func (n *notices) due(destination string) []notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.receives[destination]++
	return n.take(destination, func(r repeat) bool { return r.receive <= n.receives[destination] })
}

// rest returns what was to be sent again and was not yet.
func (n *notices) rest(destination string) []notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.take(destination, func(repeat) bool { return true })
}

func (n *notices) take(destination string, which func(repeat) bool) (taken []notice) {
	n.repeats[destination] = slices.DeleteFunc(n.repeats[destination], func(r repeat) bool {
		if which(r) {
			taken = append(taken, r.notices...)
			return true
		}
		return false
	})
	return taken
}

// some returns a few of all that were ever delivered to a destination.
func (n *notices) some(destination string, count int, d *rand.Rand) []notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	var bodies []string
	for body := range n.all[destination] {
		bodies = append(bodies, body)
	}
	slices.Sort(bodies)
	var chosen []notice
	for range min(count, len(bodies)) {
		chosen = append(chosen, notice{Body: bodies[d.IntN(len(bodies))]})
	}
	return chosen
}
