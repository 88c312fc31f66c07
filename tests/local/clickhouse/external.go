package clickhouse

import (
	"context"
	"fmt"

	driver "github.com/ClickHouse/clickhouse-go/v2"
)

// external checks that the user's own server answers, so that a wrong DSN is told at once and by name.
func external(ctx context.Context, dsn string) (*Server, error) {
	options, err := driver.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("clickhouse: %s is no DSN of clickhouse-go: %w", EnvDSN, err)
	}
	conn, err := driver.Open(options)
	if err != nil {
		return nil, fmt.Errorf("clickhouse: open the server of %s: %w", EnvDSN, err)
	}
	if err := conn.Ping(ctx); err != nil {
		_ = conn.Close() // the ping's error says more
		return nil, fmt.Errorf("clickhouse: the server of %s does not answer: %w", EnvDSN, err)
	}
	if err := conn.Close(); err != nil {
		return nil, fmt.Errorf("clickhouse: the server of %s: %w", EnvDSN, err)
	}
	return &Server{dsn: dsn, kind: "external"}, nil
}
