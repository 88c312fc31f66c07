package clickhouse

import (
	"io"
	"strings"
	"sync"
)

// tail passes a log on and remembers its end, to be told when the process fails.
type tail struct {
	to io.Writer

	mu   sync.Mutex
	last []byte
}

// tailBytes is how much is remembered.
const tailBytes = 4 << 10

// Write never fails the process for the log's sake.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if excess := len(t.last) - tailBytes; excess > 0 {
		t.last = t.last[excess:]
	}
	_, _ = t.to.Write(p)
	return len(p), nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.last))
}
