package upgrade

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// longestHold is how long a call is held at most: well below the functions' timeout.
const longestHold = 40 * time.Second

// midBatch has a function's code replaced while the function is in the middle of a batch: from arm on, it holds the function's next
// write until the new code is there, and the new code until a write is held.
type midBatch struct {
	function string

	mu       sync.Mutex
	armed    bool
	held     chan struct{} // closed when a write is held
	replaced chan struct{} // closed when the code was replaced
	caught   bool          // the code was replaced while a write was held
}

func newMidBatch(function string) *midBatch {
	return &midBatch{function: function, held: make(chan struct{}), replaced: make(chan struct{})}
}

func (m *midBatch) arm() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.armed = true
}

// wasCaught says whether it came about.
func (m *midBatch) wasCaught() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.caught
}

// middleware is part of the stack's front door.
func (m *midBatch) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case m.isWrite(r):
			m.hold()
			next.ServeHTTP(w, r)
		case r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/functions/"+m.function+"/code"):
			m.replace(func() { next.ServeHTTP(w, r) })
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// isWrite says whether the function puts an object. Its calls are signed with the name of its role, which is its own.
func (m *midBatch) isWrite(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.Header.Get("Authorization"), "Credential="+m.function+"/")
}

// hold holds the first write after arm; those that come meanwhile wait no longer than it does.
func (m *midBatch) hold() {
	m.mu.Lock()
	if !m.armed {
		m.mu.Unlock()
		return
	}
	select {
	case <-m.held:
	default:
		close(m.held)
	}
	m.mu.Unlock()
	select {
	case <-m.replaced:
	case <-time.After(longestHold):
		m.mu.Lock()
		defer m.mu.Unlock()
		select {
		case <-m.replaced:
		default: // the next write is held instead
			m.held = make(chan struct{})
		}
	}
}

// replace lets the code be replaced once a write is held.
func (m *midBatch) replace(do func()) {
	m.mu.Lock()
	armed, held := m.armed, m.held
	m.mu.Unlock()
	if !armed {
		do()
		return
	}
	select {
	case <-held:
		m.mu.Lock()
		m.caught = true
		m.mu.Unlock()
	case <-time.After(longestHold):
	}
	do()
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.replaced:
	default:
		m.armed = false
		close(m.replaced)
	}
}
