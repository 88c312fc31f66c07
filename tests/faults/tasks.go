package faults

import "sync"

// tasks are goroutines that may still begin while somebody waits for them.
type tasks struct {
	mu      sync.Mutex
	running []<-chan struct{}
}

// Go runs a function.
func (t *tasks) Go(f func()) {
	done := make(chan struct{})
	t.mu.Lock()
	t.running = append(t.running, done)
	t.mu.Unlock()
	go func() {
		defer close(done)
		f()
	}()
}

// Wait returns when none is running.
func (t *tasks) Wait() {
	for {
		t.mu.Lock()
		running := t.running
		t.running = nil
		t.mu.Unlock()
		if len(running) == 0 {
			return
		}
		for _, done := range running {
			<-done
		}
	}
}
