package demo

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// Progress follows what the functions say of their work.
type Progress struct {
	mu           sync.Mutex
	destinations map[string]*Work
	functions    map[string]string // function by destination
}

// Work is what one destination's functions have done so far.
type Work struct {
	Events  int64
	Batches int
	Last    time.Time // a batch was delivered
	// ColdStart is the longest time from a process's start to its first request for an event.
	ColdStart time.Duration
	// PeakRSS is the most memory that one process has held, in bytes.
	PeakRSS int64
}

// NewProgress returns one in which nothing is done yet.
func NewProgress() *Progress {
	return &Progress{destinations: map[string]*Work{}, functions: map[string]string{}}
}

// Line takes a line that a function printed.
func (p *Progress) Line(l lambdahost.Line) {
	var line struct {
		Msg         string `json:"msg"`
		Destination string `json:"destination"`
		Events      int64  `json:"events"`
	}
	if json.Unmarshal([]byte(l.Text), &line) != nil || line.Destination == "" {
		return // not every line is one of the functions' own
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.functions[l.Function] = line.Destination
	if line.Msg == "batch delivered" {
		w := p.work(line.Destination)
		w.Events += line.Events
		w.Batches++
		w.Last = l.Time
	}
}

// Report takes what was measured of an invocation.
func (p *Progress) Report(r lambdahost.Report) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if destination, known := p.functions[r.Function]; known {
		w := p.work(destination)
		w.ColdStart = max(w.ColdStart, r.Init)
		w.PeakRSS = max(w.PeakRSS, r.PeakRSS)
	}
}

// Of returns what a destination has done.
func (p *Progress) Of(destination string) Work {
	p.mu.Lock()
	defer p.mu.Unlock()
	return *p.work(destination)
}

func (p *Progress) work(destination string) *Work {
	w := p.destinations[destination]
	if w == nil {
		w = &Work{}
		p.destinations[destination] = w
	}
	return w
}
