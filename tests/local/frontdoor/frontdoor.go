// Package frontdoor is a reverse proxy that makes moto answer as AWS does, for what the stack uses: it hands Lambda's
// invocations and event source mappings to the Lambda host, and mends or completes the answers that Terraform would
// trip over. Everything else passes through as a stream.
package frontdoor

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// Middleware wraps a handler. Fault tests use it to delay, break or watch calls.
type Middleware func(http.Handler) http.Handler

// Options configure New.
type Options struct {
	// Upstream is where moto listens.
	Upstream *url.URL
	// Host runs the functions that are deployed through the front door.
	Host *lambdahost.Host
	// Middleware sees every call first, in this order, and its answer last.
	Middleware []Middleware
	// Log receives what went wrong between the front door and moto. Nil drops it.
	Log io.Writer
}

// New makes the front door.
func New(o Options) http.Handler {
	shims := []Middleware{
		bucketPolicies(),
		objectVersions(),
		queueAttributes(),
		stateMachines(),
		functions(o.Host, newCodeStore(o.Upstream)),
		eventSourceMappings(o.Host),
		invocations(o.Host),
	}
	handler := proxy(o)
	for _, m := range slices.Backward(slices.Concat(o.Middleware, shims)) {
		handler = m(handler)
	}
	return handler
}

// maxWhole bounds the answers that are read before they are passed on, in bytes.
const maxWhole = 1 << 20

// whole reads a small answer to its end before any of it is passed on. On a busy machine a connection to moto may break in
// the middle: an SDK tries again when it is told so, and not when half an answer comes with the status of a whole one.
func whole(r *http.Response) error {
	if r.ContentLength < 0 || r.ContentLength > maxWhole || r.Request.Method == http.MethodHead {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func proxy(o Options) http.Handler {
	if o.Log == nil {
		o.Log = io.Discard
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(o.Upstream)
			r.Out.Host = r.In.Host       // moto makes the URLs of queues from it
			r.Out.Header.Del("Expect")   // our server answers it as soon as moto reads the body
			r.Out.Header.Del("Te")       // nothing that moto could use
			r.Out.Header.Del("Trailers") // likewise
		},
		Transport: &http.Transport{
			DisableKeepAlives:  true, // moto closes each connection
			DisableCompression: true, // what a client asks for and gets is its own affair
		},
		FlushInterval:  -1,
		ModifyResponse: whole,
		ErrorLog:       log.New(o.Log, "[frontdoor] ", 0),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			fmt.Fprintf(o.Log, "[frontdoor] %s %s: %v\n", r.Method, r.URL.Path, err)
			w.WriteHeader(http.StatusBadGateway) // SDKs try again
		},
	}
}
