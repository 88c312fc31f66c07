package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	chserver "github.com/rumline/rumline/tests/local/clickhouse"
)

// proxy stands between the function and ClickHouse, and breaks the calls that the schedule says.
type proxy struct {
	fire   *fire
	server *http.Server
	dsn    string

	mu     sync.Mutex // the server's methods are not for several at once
	engine *chserver.Server
}

// downFor is how long a ClickHouse that was killed stays down.
const downFor = 2 * time.Second

// newProxy starts a proxy in front of a ClickHouse of the stack's own.
func newProxy(ctx context.Context, f *fire, engine *chserver.Server) (*proxy, error) {
	if engine.PID() == 0 {
		return nil, fmt.Errorf("the ClickHouse of %s is your own, and this one is killed again and again: unset the variable", chserver.EnvDSN)
	}
	options, err := clickhouse.ParseDSN(engine.DSN())
	if err != nil {
		return nil, fmt.Errorf("read the DSN of ClickHouse: %w", err)
	}
	upstream := &url.URL{Scheme: "http", Host: options.Addr[0]}
	dsn, err := url.Parse(engine.DSN())
	if err != nil || options.Protocol != clickhouse.HTTP {
		return nil, errors.New("the local ClickHouse does not speak HTTP")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for ClickHouse's proxy: %w", err)
	}
	dsn.Host = listener.Addr().String()
	p := &proxy{fire: f, dsn: dsn.String(), engine: engine}
	pass := &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(upstream); r.Out.Host = r.In.Host },
		Transport:    &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		ErrorLog:     log.New(io.Discard, "", 0),
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { drop() }, // as a server that is down
	}
	p.server = &http.Server{Handler: p.handler(pass), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	go p.server.Serve(listener) //nolint:errcheck // always the error that says it was closed
	return p, nil
}

func (p *proxy) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		step := Step{"clickhouse", ClickHouse, clickHouseOperation(r)}
		c := caller{app: p.fire.functionOf("clickhouse")} // which of its processes is not to be seen here
		kind := p.fire.injector.next(step)
		switch kind {
		case "":
			next.ServeHTTP(w, r)
		case ServerKilledBefore, ServerKilledDuring, ServerKilledAfter:
			p.fire.injector.did(kind)
			p.killAround(kind, next, r)
			drop()
		default:
			p.fire.injector.did(kind)
			if !p.fire.breaker.serve(kind, ClickHouse, c, next, w, r) {
				next.ServeHTTP(w, r)
			}
		}
	})
}

// killAround kills the server before, during or after a call.
func (p *proxy) killAround(kind Kind, next http.Handler, r *http.Request) {
	switch kind {
	case ServerKilledDuring:
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			ask(next, r)
		}()
		pause(r.Context(), p.fire.breaker.inTheMiddle())
		p.fire.check(p.kill()) //nolint:contextcheck // a kill does not wait
		<-answered
	case ServerKilledAfter:
		ask(next, r)
		p.fire.check(p.kill()) //nolint:contextcheck // a kill does not wait
	default:
		p.fire.check(p.kill()) //nolint:contextcheck // a kill does not wait
	}
}

// kill ends ClickHouse, and starts it again after a while.
func (p *proxy) kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.engine.PID() == 0 {
		return nil // it is down already
	}
	if err := p.engine.Kill(); err != nil {
		return errorf(err, "kill ClickHouse")
	}
	p.fire.tasks.Go(func() {
		pause(p.fire.ctx, downFor)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.fire.check(p.engine.Restart(p.fire.ctx))
	})
	return nil
}

func (p *proxy) close() error {
	if err := p.server.Close(); err != nil {
		return fmt.Errorf("close ClickHouse's proxy: %w", err)
	}
	return nil
}
