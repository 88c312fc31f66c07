package faults

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// breaker makes a call go wrong.
type breaker struct {
	delays
	// kill ends the process that made the call, or all processes of its function.
	kill func(c caller, all bool)
	// late are the calls that have not had their effect yet.
	late tasks
	// middles counts the calls that are broken in the middle.
	middles atomic.Uint64
}

// delays are the durations of faults that take time.
type delays struct {
	// hang is how long a call that is dropped in the end hangs.
	hang time.Duration
	// slow is how long a slow call takes.
	slow time.Duration
	// lateBy is when a late call has its effect.
	lateBy time.Duration
	// midway are moments when a call may be in the middle of its work.
	midway []time.Duration
}

// usualDelays fit VisibilityTimeout and FunctionTimeout: a slow call outlasts the one and not the other, and a late one
// has its effect when the function that made it has made its next attempts, and another one may have its messages.
var usualDelays = delays{hang: 2 * time.Second, slow: VisibilityTimeout + time.Second, lateBy: VisibilityTimeout + 2*time.Second, midway: []time.Duration{
	3 * time.Millisecond, 8 * time.Millisecond, 15 * time.Millisecond, 25 * time.Millisecond, 40 * time.Millisecond,
}}

// serve passes the call on with a fault, if the kind is one of calls; else it does nothing and says so.
func (b *breaker) serve(kind Kind, service string, c caller, next http.Handler, w http.ResponseWriter, r *http.Request) bool {
	switch kind {
	case Unavailable:
		refuse(w, r, service, false)
	case Throttled:
		refuse(w, r, service, true)
	case Reset:
		reset(w)
	case Hung:
		pause(r.Context(), b.hang)
		reset(w)
	case Truncated:
		truncate(w, ask(next, r))
	case Lost:
		ask(next, r)
		drop()
	case Late:
		b.later(next, r)
		drop()
	case Partly:
		partly(next, w, r)
	case Slow:
		pause(r.Context(), b.slow)
		next.ServeHTTP(w, r)
	case KilledBefore, KilledAll:
		b.kill(c, kind == KilledAll)
		drop()
	case KilledDuring:
		b.killDuring(c, next, w, r)
	case KilledAfter:
		ask(next, r)
		b.kill(c, false)
		drop()
	default:
		return false
	}
	return true
}

// killDuring kills the process while the call is under way. The service learns that its caller has gone, and may stop.
func (b *breaker) killDuring(c caller, next http.Handler, w http.ResponseWriter, r *http.Request) {
	killed := make(chan struct{})
	go func() {
		defer close(killed)
		time.Sleep(b.inTheMiddle())
		b.kill(c, false)
	}()
	defer func() { <-killed }()
	next.ServeHTTP(w, r)
}

// inTheMiddle is when to break the next call that is broken in the middle of its work: each at another moment.
func (b *breaker) inTheMiddle() time.Duration {
	return b.midway[b.middles.Add(1)%uint64(len(b.midway))]
}

// later lets the call have its effect when its caller has gone.
func (b *breaker) later(next http.Handler, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it never came whole, so it has no effect
	}
	b.late.Go(func() { //nolint:contextcheck // it outlives the call
		time.Sleep(b.lateBy)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
		defer cancel()
		again := r.Clone(ctx)
		again.Body = io.NopCloser(bytes.NewReader(body))
		serveQuietly(next, newAnswer(), again)
	})
}

// wait returns when every late call has had its effect.
func (b *breaker) wait() { b.late.Wait() }

// drop closes the connection without an answer.
func drop() { panic(http.ErrAbortHandler) }

// reset closes the connection with a TCP reset.
func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // then it is closed in the ordinary way, which is bad enough
		}
		_ = conn.Close() // it is the other side that is to have the trouble
		return
	}
	drop()
}

// truncate sends the head of an answer and half of its body.
func truncate(w http.ResponseWriter, a *answer) {
	body := a.body.Bytes()
	if len(body) == 0 {
		drop()
	}
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body[:len(body)/2])        // a caller that is gone
	_ = http.NewResponseController(w).Flush() // likewise
	drop()
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done(): // the caller has given up
	}
}

// answer is an answer that is held back.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func newAnswer() *answer { return &answer{header: http.Header{}, status: http.StatusOK} }

// ask passes a call on, to its end even if the caller gives up, and returns the answer.
func ask(next http.Handler, r *http.Request) *answer {
	a := newAnswer()
	serveQuietly(next, a, r.WithContext(context.WithoutCancel(r.Context())))
	return a
}

// serveQuietly takes a handler's wish to drop the connection for an answer.
func serveQuietly(next http.Handler, a *answer, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p != http.ErrAbortHandler { //nolint:errorlint // a value of panic, as net/http compares it
				panic(p)
			}
			a.status = http.StatusBadGateway
		}
	}()
	next.ServeHTTP(a, r)
}

// Header is part of http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// Write is part of http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) } //nolint:wrapcheck // never one

// WriteHeader is part of http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if status >= http.StatusOK { // not the 1xx that come before
		a.status = status
	}
}

func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // a caller that is gone
}
