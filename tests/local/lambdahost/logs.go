package lambdahost

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// maxLine bounds one line, in bytes: a longer one is cut into several, as in CloudWatch Logs.
const maxLine = 1 << 20

// Line is one line that a function printed.
type Line struct {
	Function, Version string
	// RequestID is empty for what is printed during the initialisation.
	RequestID string
	Time      time.Time
	Text      string
}

// lineReader cuts a process's output into lines. It reads without blocking and under a lock, so that drain can take
// over in between: what a function wrote before it answered is there before its invocation returns.
type lineReader struct {
	file *os.File
	conn syscall.RawConn
	emit func(string)

	mu      sync.Mutex
	chunk   []byte
	partial []byte
}

func newLineReader(file *os.File, emit func(string)) (*lineReader, error) {
	conn, err := file.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("read a function's output: %w", err)
	}
	return &lineReader{file: file, conn: conn, emit: emit, chunk: make([]byte, 32<<10)}, nil
}

// run reads until the output ends or finish closes it.
func (r *lineReader) run() {
	_ = r.conn.Read(r.pull) // an error means that finish was faster
}

// drain reads what has been written so far.
func (r *lineReader) drain() {
	_ = r.conn.Control(func(fd uintptr) { r.pull(fd) }) // an error means that finish was faster
}

// finish reads what is left once the process has ended. A child of the process that still holds the other end of the
// pipe is not waited for.
func (r *lineReader) finish() {
	r.drain()
	r.mu.Lock()
	if len(r.partial) > 0 {
		r.emit(string(r.partial))
		r.partial = nil
	}
	r.mu.Unlock()
	_ = r.file.Close() // closed once, and only ever read
}

// pull reads until nothing is there and says whether the output has ended.
func (r *lineReader) pull(fd uintptr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		n, err := syscall.Read(int(fd), r.chunk)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return false
		case err != nil || n == 0:
			return true
		default:
			r.split(r.chunk[:n])
		}
	}
}

func (r *lineReader) split(chunk []byte) {
	for len(chunk) > 0 {
		line, rest, whole := bytes.Cut(chunk, []byte{'\n'})
		r.partial = append(r.partial, line...)
		chunk = rest
		if whole || len(r.partial) >= maxLine {
			r.emit(string(r.partial))
			r.partial = r.partial[:0]
		}
	}
}

// logWriter writes whole lines from many goroutines, each under the name of what it is about.
type logWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func newLogWriter(w io.Writer) *logWriter {
	if w == nil {
		w = io.Discard
	}
	return &logWriter{w: w}
}

func (l *logWriter) printf(name, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.w, "[%s] %s\n", name, fmt.Sprintf(format, args...))
}

// tailSize is how much of an invocation's log Lambda returns to a caller that asks for it, in bytes.
const tailSize = 4 << 10

// tail keeps the end of what is written to it.
type tail []byte

func (t *tail) add(line string) {
	*t = append(append(*t, line...), '\n')
	if over := len(*t) - tailSize; over > 0 {
		*t = append((*t)[:0], (*t)[over:]...)
	}
}
