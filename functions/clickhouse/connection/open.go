package connection

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Server is a pool of connections, which stay open between invocations, to one of the server's hosts at a time. It is
// safe for concurrent use.
type Server struct {
	// find looks up where the server is; nil when that cannot change.
	find func(context.Context) (server, error)
	open func(server) (driver.Conn, error)

	compression clickhouse.CompressionMethod

	mu    sync.Mutex
	conn  driver.Conn
	known server
}

// Open reads the secret if there is one, and opens the server. It does not connect yet: that is the first call's
// business, so that a server that is down fails batches and not the function's start.
func (c Config) Open(ctx context.Context, secrets Secrets) (*Server, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	s := new(Server)
	s.open = func(found server) (driver.Conn, error) {
		options, err := found.options(c.Topology)
		if err != nil {
			return nil, err
		}
		s.compression = options.Compression.Method
		conn, err := clickhouse.Open(options)
		if err != nil {
			return nil, fmt.Errorf("opening ClickHouse: %w", err)
		}
		return conn, nil
	}
	if c.DSNSecret != "" {
		s.find = func(ctx context.Context) (server, error) { return c.find(ctx, secrets) }
	}
	var err error
	if s.known, err = c.find(ctx, secrets); err != nil {
		return nil, err
	}
	s.conn, err = s.open(s.known)
	return s, err
}

// Of is the server of a connection that is open, which is sent LZ4.
func Of(conn driver.Conn) *Server { return &Server{conn: conn, compression: clickhouse.CompressionLZ4} }

// Compression is how the server is to be sent what it is sent much of.
func (s *Server) Compression() clickhouse.CompressionMethod {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.compression
}

// attempts are enough for each connection of the pool to turn out to be broken, and a new one to be made.
const attempts = connections + 1

// Do runs something that may be run again, which it is when the connection broke: one that was kept from an earlier
// invocation may have been closed while the function was frozen, and a host that died leaves its work to another. It is
// run again, too, when the server does not take the credentials and the secret has new ones: nobody has to deploy a
// function because a password was changed.
func (s *Server) Do(ctx context.Context, do func(driver.Conn) error) (err error) {
	renewed := false
	for range attempts {
		conn := s.current()
		err = do(conn)
		switch {
		case ctx.Err() != nil:
			return err
		case broke(err):
		case deniedEntry(err) && !renewed && s.find != nil:
			renewed = true
			another, why := s.renew(ctx, conn)
			if !another {
				return errors.Join(err, why)
			}
		default:
			return err
		}
	}
	return err
}

// Close closes the connections.
func (s *Server) Close() error {
	if err := s.current().Close(); err != nil {
		return fmt.Errorf("closing ClickHouse: %w", err)
	}
	return nil
}

func (s *Server) current() driver.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// renew reads the secret again and says whether there is another connection than the denied one, and what went wrong
// when there is none.
func (s *Server) renew(ctx context.Context, denied driver.Conn) (another bool, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != denied { // somebody else has been here
		return true, nil
	}
	found, err := s.find(ctx)
	if err != nil || found == s.known {
		return false, err
	}
	conn, err := s.open(found)
	if err != nil {
		return false, err
	}
	_ = s.conn.Close() // what it has under way ends on its own; there is nothing that an error could tell
	s.conn, s.known = conn, found
	return true, nil
}
