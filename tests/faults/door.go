package faults

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// middleware breaks the calls to AWS that the schedule says, of functions and of their queues' pollers. Everybody else's
// pass.
func (f *fire) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callerOf(r)
		service, operation := operationOf(r)
		destination := f.destinationOf(c.app)
		if c.app == lambdahost.UserAgent {
			destination = f.destinationOf(queueOf(r))
		}
		step := Step{destination, service, operation}
		switch {
		case destination == "" || refusals[service][0].status == 0:
			next.ServeHTTP(w, r)
		case operation == "ReceiveMessage":
			f.receive(step, next, w, r)
		default:
			f.call(step, c, f.clocked(service, c, next), w, r)
		}
	})
}

// call passes a call on, or breaks it.
func (f *fire) call(step Step, c caller, next http.Handler, w http.ResponseWriter, r *http.Request) {
	kind := f.injector.next(step)
	if kind == "" {
		next.ServeHTTP(w, r)
		return
	}
	f.injector.did(kind) // before it is done, because some end in a panic
	if !f.breaker.serve(kind, step.Service, c, next, w, r) {
		next.ServeHTTP(w, r)
	}
}

// clocked is what a process reaches whose clock may be off.
func (f *fire) clocked(service string, c caller, next http.Handler) http.Handler {
	if service != DynamoDB {
		return next
	}
	skew, begins := f.clocks.of(c.session, f.injector.isArmed())
	if begins {
		f.injector.did(Skewed)
	}
	if skew == 0 {
		return next
	}
	return shifted(next, skew)
}

// destinationOf is the destination whose function or queue has a name: both are called the same.
func (f *fire) destinationOf(name string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byName[name]
}

// queueOf is the name of the queue that a call to SQS is about.
func queueOf(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var call struct {
		QueueURL string `json:"QueueUrl"`
	}
	if err != nil || json.Unmarshal(body, &call) != nil {
		return ""
	}
	return call.QueueURL[strings.LastIndexByte(call.QueueURL, '/')+1:]
}
