package connection

import (
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// connections is the size of the pool when the DSN does not give one (max_open_conns): an instance of a function has
// one invocation at a time, which writes one chunk at a time.
const connections = 2

// Open returns a pool of connections, which stay open between invocations. It does not connect yet: that is the first
// write's business, so that a server that is down fails batches and not the function's start.
func Open(options *clickhouse.Options) (driver.Conn, error) {
	o := *options
	if o.MaxOpenConns == 0 {
		o.MaxOpenConns = connections
	}
	if o.MaxIdleConns == 0 {
		o.MaxIdleConns = o.MaxOpenConns
	}
	conn, err := clickhouse.Open(&o)
	if err != nil {
		return nil, fmt.Errorf("opening ClickHouse: %w", err)
	}
	return conn, nil
}
