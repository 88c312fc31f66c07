// Package localaws is AWS on this machine: moto behind the front door, with a Lambda host that runs what is deployed.
package localaws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/rumline/rumline/tests/local/emulator"
	"github.com/rumline/rumline/tests/local/frontdoor"
	"github.com/rumline/rumline/tests/local/lambdahost"
)

// Options configure Start. The zero value works, if moto is to be found.
type Options struct {
	// CacheDir holds a Python environment with moto, made if none is at hand.
	CacheDir string
	// Address is where the front door listens; empty means a free port of 127.0.0.1.
	Address string
	// Log receives what the parts and the functions print. Nil drops it.
	Log io.Writer
	// Middleware sees every call to AWS, those of functions and pollers included.
	Middleware []frontdoor.Middleware
	// Host configures the Lambda host; Endpoint and Log are filled in.
	Host lambdahost.Options
}

// AWS is a running local AWS.
type AWS struct {
	moto   *emulator.Moto
	host   *lambdahost.Host
	server *http.Server
	url    string
	stop   sync.Once
}

// Start starts the parts on free ports and returns when they answer.
func Start(ctx context.Context, o Options) (_ *AWS, err error) {
	address := o.Address
	if address == "" {
		address = "127.0.0.1:0"
	}
	// The front door's port comes first: moto and the host must know it.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for the front door: %w", err)
	}
	a := &AWS{url: "http://" + listener.Addr().String()}
	defer func() {
		if err != nil {
			err = errors.Join(err, listener.Close(), a.Stop(context.WithoutCancel(ctx)))
		}
	}()
	var log io.Writer
	if o.Log != nil {
		log = &lockedWriter{w: o.Log}
	}
	port := 0
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok {
		port = tcp.Port
	}
	a.moto, err = emulator.Start(ctx, emulator.Options{CacheDir: o.CacheDir, FrontPort: port, Log: log})
	if err != nil {
		return nil, fmt.Errorf("start the emulator: %w", err)
	}
	o.Host.Endpoint, o.Host.Log = a.url, log
	if a.host, err = lambdahost.New(o.Host); err != nil {
		return nil, fmt.Errorf("start the Lambda host: %w", err)
	}
	a.server = &http.Server{
		Handler: frontdoor.New(frontdoor.Options{
			Upstream: a.moto.URL(), Host: a.host, Middleware: o.Middleware, Log: log,
		}),
		ReadHeaderTimeout: time.Minute,
	}
	go a.server.Serve(listener) //nolint:errcheck // always the error that says it was closed
	return a, nil
}

// URL is the endpoint for every client: AWS_ENDPOINT_URL.
func (a *AWS) URL() string { return a.url }

// Host runs the functions.
func (a *AWS) Host() *lambdahost.Host { return a.host }

// Failed is closed when the emulator is gone, wanted or not.
func (a *AWS) Failed() <-chan struct{} { return a.moto.Exited() }

// Stop lets the functions finish what they do until ctx ends, then ends everything. Calling it again does nothing
// more.
func (a *AWS) Stop(ctx context.Context) error {
	var err error
	a.stop.Do(func() {
		var failures []error
		if a.host != nil { // first, while AWS still answers the functions
			failures = append(failures, a.host.Close(ctx))
		}
		if a.server != nil {
			failures = append(failures, a.server.Close())
		}
		if a.moto != nil {
			failures = append(failures, a.moto.Stop(ctx))
		}
		err = errors.Join(failures...)
	})
	return err
}

// lockedWriter lets several parts write to one log.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write is part of io.Writer.
func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.w.Write(p)
	if err != nil {
		return n, fmt.Errorf("write the log: %w", err)
	}
	return n, nil
}
