// Package connection is how the ClickHouse function and its migrations find, open and keep their server.
package connection

import (
	"context"
	"errors"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rumline/rumline/functions/clickhouse/topology"
)

// Config names the server. Exactly one of DSN and DSNSecret is set.
type Config struct {
	// DSN is a clickhouse-go DSN: http(s)://user:password@host:port/database or clickhouse://….
	DSN DSN `env:"RUMLINE_CLICKHOUSE_DSN"`
	// DSNSecret is the ARN or the name of a secret in Secrets Manager: the DSN, or an object with the DSN and the CA.
	DSNSecret string `env:"RUMLINE_CLICKHOUSE_DSN_SECRET"`
	// CA is the PEM of the certificates that the server's must be signed by, instead of those that the system trusts.
	CA string `env:"RUMLINE_CLICKHOUSE_CA"`
	// Topology is what the server is made up of.
	Topology topology.Topology
}

// DSN is a data source name. It holds a password, so it does not print.
type DSN string

// String returns a fixed text.
func (DSN) String() string { return "[DSN not shown]" }

// GoString returns a fixed text.
func (d DSN) GoString() string { return d.String() }

// MarshalText returns a fixed text.
func (d DSN) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Check says what is wrong with the configuration, naming the variable.
func (c Config) Check() error {
	switch {
	case c.DSN == "" && c.DSNSecret == "":
		return errors.New("neither RUMLINE_CLICKHOUSE_DSN_SECRET (a secret's ARN or name) nor RUMLINE_CLICKHOUSE_DSN (the DSN itself) is set")
	case c.DSN != "" && c.DSNSecret != "":
		return errors.New("RUMLINE_CLICKHOUSE_DSN_SECRET and RUMLINE_CLICKHOUSE_DSN are both set: set one of them")
	}
	if err := c.Topology.Check(); err != nil {
		return fmt.Errorf("checking the topology: %w", err)
	}
	return nil
}

// Options returns the options to open the server with: the DSN's, completed with what the DSN leaves open. The secret
// is read if there is one; secrets may be nil when there is none. Errors name the variable and never hold the DSN.
func (c Config) Options(ctx context.Context, secrets Secrets) (*clickhouse.Options, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	found, err := c.find(ctx, secrets)
	if err != nil {
		return nil, err
	}
	return found.options(c.Topology)
}
