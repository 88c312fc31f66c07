package connection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rumline/rumline/functions/clickhouse/topology"
)

// Defaults for what a DSN leaves open. The deadline of a call comes first, wherever it is earlier.
const (
	// dialTimeout is also how long a writer waits for a free connection.
	dialTimeout = 10 * time.Second
	// readTimeout bounds how long the server may be silent, which it is while it sorts and writes an insert.
	readTimeout = 60 * time.Second
	// A service of ClickHouse Cloud that was idle sleeps, and the first who calls waits until it is awake.
	wakeDialTimeout = 90 * time.Second
	wakeReadTimeout = 150 * time.Second
	// lifetime ends a connection, so that one that went to the second host comes back to the first.
	lifetime = 10 * time.Minute
	// idle is how long an HTTP connection is kept unused. A server closes its end after 30 seconds (keep_alive_timeout); a
	// function that was frozen meanwhile would learn it from a request that fails.
	idle = 20 * time.Second
	// connections is the size of the pool: an instance of a function has one invocation at a time, which writes one chunk
	// at a time.
	connections = 2
	// quorum is the setting for how many replicas must have an insert before it is acknowledged, and its object forgotten:
	// by default most of them, so that nothing is lost with one.
	quorum = "insert_quorum"
)

// options does not pass on the parser's error: it quotes the DSN.
func (s server) options(t topology.Topology) (*clickhouse.Options, error) {
	o, err := clickhouse.ParseDSN(string(s.dsn))
	if err != nil {
		return nil, fmt.Errorf("%s is no ClickHouse DSN: want http(s)://user:password@host:port/database or clickhouse://…, "+
			"https with ?secure=true, special characters of the password percent-encoded", s.from)
	}
	if err := s.secure(o, t); err != nil {
		return nil, err
	}
	complete(o, t)
	if t.Replicated() && len(o.Addr) > 1 && !strings.Contains(string(s.dsn), "connection_open_strategy=") {
		o.ConnOpenStrategy = clickhouse.ConnOpenRandom // a function's instances would all go to the first host
	}
	o.DialStrategy = dialFairly
	if o.Protocol == clickhouse.Native {
		o.DialContext = dialNative(o.TLS)
		return o, nil
	}
	o.TransportFunc = func(transport *http.Transport) (http.RoundTripper, error) {
		transport.IdleConnTimeout = min(idle, o.ConnMaxLifetime)
		return transport, nil
	}
	return o, nil
}

// secure has the server's certificate checked against the CA that is given.
func (s server) secure(o *clickhouse.Options, t topology.Topology) error {
	switch {
	case o.TLS == nil && s.ca != "":
		return fmt.Errorf("there is a CA, and %s asks for no TLS: it wants https:// or clickhouse://, and ?secure=true", s.from)
	case o.TLS == nil && t.Kind == topology.Cloud:
		return fmt.Errorf("RUMLINE_CLICKHOUSE_TOPOLOGY is %q, and %s asks for no TLS: it wants https:// or clickhouse://, and ?secure=true", t.Kind, s.from)
	case s.ca == "":
		return nil
	}
	o.TLS.RootCAs = x509.NewCertPool()
	if !o.TLS.RootCAs.AppendCertsFromPEM([]byte(s.ca)) {
		return fmt.Errorf("RUMLINE_CLICKHOUSE_CA, or ca in %s, has no certificate in PEM", s.from)
	}
	return nil
}

// complete fills in what the DSN leaves open.
func complete(o *clickhouse.Options, t topology.Topology) {
	dial, read := dialTimeout, readTimeout
	if t.Kind == topology.Cloud {
		dial, read = wakeDialTimeout, wakeReadTimeout
	}
	o.DialTimeout = orElse(o.DialTimeout, dial)
	o.ReadTimeout = orElse(o.ReadTimeout, read)
	o.ConnMaxLifetime = orElse(o.ConnMaxLifetime, lifetime)
	o.MaxOpenConns = orElse(o.MaxOpenConns, connections)
	o.MaxIdleConns = orElse(o.MaxIdleConns, o.MaxOpenConns)
	if _, said := o.Settings[quorum]; t.Replicated() && !said {
		o.Settings[quorum] = "auto"
	}
	if o.Compression == nil {
		o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	}
}

func orElse[T time.Duration | int](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// dialNative connects within the time of the context, which the driver's own dialling does not ask.
func dialNative(config *tls.Config) func(context.Context, string) (net.Conn, error) {
	return func(ctx context.Context, address string) (net.Conn, error) {
		if config == nil {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
		return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address)
	}
}
