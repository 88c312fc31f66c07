package lambdahost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxPayload is Lambda's limit for a synchronous invocation's payload and for its response, in bytes.
const maxPayload = 6 << 20

// invocation is one event on its way through an environment.
type invocation struct {
	requestID, arn, traceID, clientContext string
	deadline                               time.Time
	payload                                []byte
}

// answer is what the runtime said about an invocation.
type answer struct {
	body   []byte
	failed bool
}

// runtimeAPI is the Lambda Runtime API of one environment.
type runtimeAPI struct {
	server  *http.Server
	address string
	waiting chan struct{}    // the process asked for the next event
	work    chan *invocation // the event that it gets
	answers chan answer
	initErr chan []byte

	mu      sync.Mutex
	current string // the request that the process has not answered yet
}

func serveRuntime() (*runtimeAPI, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for a function's runtime: %w", err)
	}
	a := &runtimeAPI{
		address: listener.Addr().String(),
		waiting: make(chan struct{}),
		work:    make(chan *invocation),
		answers: make(chan answer, 1),
		initErr: make(chan []byte, 1),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", a.finish(false))
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", a.finish(true))
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", a.initError)
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go a.server.Serve(listener) //nolint:errcheck // always the error that says it was closed
	return a, nil
}

// close ends all connections; a runtime that waits for an event gives up then.
func (a *runtimeAPI) close() error {
	if err := a.server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close a function's runtime API: %w", err)
	}
	return nil
}

func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	select {
	case a.waiting <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	select {
	case inv := <-a.work:
		a.mu.Lock()
		a.current = inv.requestID
		a.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.requestID)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", inv.arn)
		h.Set("Lambda-Runtime-Trace-Id", inv.traceID)
		if inv.clientContext != "" {
			h.Set("Lambda-Runtime-Client-Context", inv.clientContext)
		}
		w.Write(inv.payload) //nolint:errcheck,gosec // a runtime that is gone is noticed by its exit
	case <-r.Context().Done():
	}
}

func (a *runtimeAPI) finish(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
		if err != nil {
			return // the process ended in mid-sentence, which its exit reports
		}
		a.mu.Lock()
		known := a.current != "" && a.current == r.PathValue("id")
		if known {
			a.current = ""
		}
		a.mu.Unlock()
		switch {
		case !known:
			refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		case len(body) > maxPayload:
			a.answers <- answer{failed: true, body: errorJSON("Function.ResponseSizeTooLarge",
				"Response payload size exceeded maximum allowed payload size (6291556 bytes).")}
			refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Exceeded maximum allowed payload size")
		default:
			a.answers <- answer{body: body, failed: failed}
			w.WriteHeader(http.StatusAccepted)
		}
	}
}

func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload))
	if err != nil {
		return
	}
	select {
	case a.initErr <- body:
	default: // the first one counts
	}
	w.WriteHeader(http.StatusAccepted)
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(errorJSON(kind, message)) //nolint:errcheck,gosec // a runtime that is gone is noticed by its exit
}

// errorJSON is how Lambda words the errors that are its own rather than the function's.
func errorJSON(kind, message string) []byte {
	body, err := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	if err != nil {
		panic(err) // two strings always marshal
	}
	return body
}
