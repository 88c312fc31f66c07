package deliverytest

import (
	"errors"
	"sync"
)

// Faults stand between a destination and its storage. The zero value lets everything through. It is safe for
// concurrent use.
type Faults struct {
	mu      sync.Mutex
	through func(request func() error) error
}

// Do makes a request to the storage, or fails it, before or after it took effect.
func (f *Faults) Do(request func() error) error {
	f.mu.Lock()
	through := f.through
	f.mu.Unlock()
	if through == nil {
		return request()
	}
	return through(request)
}

// set has requests go through a function; nil heals.
func (f *Faults) set(through func(func() error) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.through = through
}

// errStorage is how the storage fails. Its text is that of an ordinary connection's.
var errStorage = errors.New("connection reset by peer (injected)")

// allFail is a storage that is down.
func allFail(func() error) error { return errStorage }

// steps lets the requests of one worker through, up to one: there the worker dies, or waits.
type steps struct {
	at    int           // the number of the request, from 0
	after bool          // it takes effect, and the worker does not hear of it
	wait  chan struct{} // if set, the worker waits there before the request instead of dying

	reached chan struct{} // closed at the request
	mu      sync.Mutex
	made    int
	dead    bool
}

func newSteps(at int) *steps { return &steps{at: at, reached: make(chan struct{})} }

// errDead is what a dead worker gets from everything it tries: none of it takes effect.
var errDead = errors.New("the worker is dead (injected)")

// do makes a request of the worker.
func (s *steps) do(request func() error) error {
	s.mu.Lock()
	if s.dead {
		s.mu.Unlock()
		return errDead
	}
	here := s.made == s.at
	s.made++
	if here {
		close(s.reached)
		s.dead = s.wait == nil
	}
	s.mu.Unlock()
	switch {
	case !here:
		return request()
	case s.wait != nil:
		<-s.wait
		return request()
	case s.after:
		_ = request() // nobody hears of it
	}
	return errDead
}

// was says whether the request was reached.
func (s *steps) was() bool {
	select {
	case <-s.reached:
		return true
	default:
		return false
	}
}
