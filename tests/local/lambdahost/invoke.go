package lambdahost

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Request is one invocation.
type Request struct {
	// Function is a name or an ARN, with a qualifier or without; Qualifier is one given besides.
	Function, Qualifier string
	// Payload is JSON; nothing means {}.
	Payload []byte
	// ClientContext is JSON or empty.
	ClientContext string
}

// Result is what became of an invocation.
type Result struct {
	Payload []byte
	// FunctionError is "Unhandled" if the function failed, and Payload says how; else it is empty.
	FunctionError string
	// Version is the one that ran.
	Version string
	// LogTail is the end of the log, at most 4 KiB.
	LogTail []byte
	Report  Report
}

var errClosed = errors.New("the Lambda host is closed")

// Invoke runs a function and waits for its answer, at most for the time that it has for initialisation and its own
// timeout. A failure of the function is a Result; the error is a *NotFoundError, a *ThrottledError, or says that the
// host is closed.
func (h *Host) Invoke(req Request) (Result, error) {
	place, err := h.admit(req)
	if throttled, ok := errors.AsType[*ThrottledError](err); ok && h.options.OnThrottle != nil {
		h.options.OnThrottle(throttled.Function)
	}
	if err != nil {
		return Result{}, err
	}
	defer place.release()
	v := place.version

	payload := req.Payload
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	inv := &invocation{
		requestID: uuid.NewString(), arn: v.ARN, payload: payload, clientContext: req.ClientContext,
		traceID: newTraceID(time.Now()),
	}
	if _, qualifier := req.target(); qualifier != "" {
		inv.arn += ":" + qualifier
	}
	e, err := h.environmentFor(v)
	if err != nil {
		return h.neverStarted(place, inv, err), nil
	}
	result := e.invoke(inv)
	result.Report.Concurrent = place.concurrent
	h.putBack(e, result.Report.Status)
	if h.options.OnReport != nil {
		h.options.OnReport(result.Report)
	}
	return result, nil
}

// Exists says whether there is what a request would invoke: nil or a *NotFoundError.
func (h *Host) Exists(req Request) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, _, err := h.find(req.target())
	return err
}

// target is the function's name and the qualifier, wherever it was given.
func (r Request) target() (name, qualifier string) {
	name, qualifier = ParseName(r.Function)
	if r.Qualifier != "" {
		qualifier = r.Qualifier
	}
	return name, qualifier
}

// place is a unit of a function's concurrency, until its release.
type place struct {
	version    *version
	concurrent int // how many of the function's there are, with this one
	release    func()
}

// admit finds the version to run and takes a unit of its concurrency.
func (h *Host) admit(req Request) (place, error) {
	name, qualifier := req.target()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return place{}, errClosed
	}
	fn, v, err := h.find(name, qualifier)
	if err != nil {
		return place{}, err
	}
	counter, limit := &h.unreserved, h.options.UnreservedConcurrency
	if fn.reserved != nil {
		counter, limit = &fn.running, *fn.reserved
	}
	if *counter >= limit {
		return place{}, &ThrottledError{Function: name, Reserved: fn.reserved != nil, Limit: limit}
	}
	*counter++
	fn.active++
	h.running.Add(1)
	return place{v, fn.active, func() {
		h.mu.Lock()
		*counter--
		fn.active--
		h.mu.Unlock()
		h.running.Done()
	}}, nil
}

// environmentFor takes the environment that was used last, which is the likeliest to be in the caches, or starts one.
func (h *Host) environmentFor(v *version) (*environment, error) {
	h.mu.Lock()
	for len(v.idle) > 0 {
		e := v.idle[len(v.idle)-1]
		v.idle = v.idle[:len(v.idle)-1]
		if e.usable() {
			h.mu.Unlock()
			return e, nil
		}
	}
	h.mu.Unlock()
	return h.startEnvironment(v)
}

// putBack keeps an environment for the next invocation, unless it is broken or its version was replaced meanwhile.
func (h *Host) putBack(e *environment, status Status) {
	h.mu.Lock()
	keep := (status == StatusSuccess || status == StatusError) && e.usable() && !e.version.retired
	if keep {
		e.version.idle = append(e.version.idle, e)
	}
	h.mu.Unlock()
	if !keep {
		e.end()
	}
}

// neverStarted is the result where there is no process to ask.
func (h *Host) neverStarted(p place, inv *invocation, cause error) Result {
	v := p.version
	report := Report{
		Function: v.Name, Version: v.number, RequestID: inv.requestID, Status: StatusInitError,
		MemoryMB: v.MemoryMB, Concurrent: p.concurrent, Finished: time.Now(),
	}
	h.log.printf(v.Name, "%v", cause)
	if h.options.OnReport != nil {
		h.options.OnReport(report)
	}
	return Result{
		Payload: errorJSON("Runtime.InvalidEntrypoint", fmt.Sprintf("RequestId: %s Error: %v", inv.requestID, cause)),
		Version: v.number, FunctionError: unhandled, Report: report,
	}
}

const unhandled = "Unhandled"

// newTraceID is an X-Ray trace header that samples nothing.
func newTraceID(now time.Time) string {
	id := strings.ReplaceAll(uuid.NewString()+uuid.NewString(), "-", "")
	return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", now.Unix(), id[:24], id[24:40])
}

// regionOf takes the region out of an ARN.
func regionOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}
