// Package connection is how the ClickHouse function and its migrations find and open their server.
package connection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Config names the server. Exactly one of the two is set.
type Config struct {
	// DSN is a clickhouse-go DSN: http(s)://user:password@host:port/database or clickhouse://….
	DSN DSN `env:"RUMLINE_CLICKHOUSE_DSN"`
	// DSNSecret is the ARN or the name of a secret in Secrets Manager whose string is the DSN.
	DSNSecret string `env:"RUMLINE_CLICKHOUSE_DSN_SECRET"`
}

// DSN is a data source name. It holds a password, so it does not print.
type DSN string

// String returns a fixed text.
func (DSN) String() string { return "[DSN not shown]" }

// GoString returns a fixed text.
func (d DSN) GoString() string { return d.String() }

// MarshalText returns a fixed text.
func (d DSN) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Secrets is the part of the Secrets Manager client that is needed.
type Secrets interface {
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

// Check says what is wrong with the configuration, naming the variable.
func (c Config) Check() error {
	switch {
	case c.DSN == "" && c.DSNSecret == "":
		return errors.New("neither RUMLINE_CLICKHOUSE_DSN_SECRET (a secret's ARN or name) nor RUMLINE_CLICKHOUSE_DSN (the DSN itself) is set")
	case c.DSN != "" && c.DSNSecret != "":
		return errors.New("RUMLINE_CLICKHOUSE_DSN_SECRET and RUMLINE_CLICKHOUSE_DSN are both set: set one of them")
	}
	return nil
}

// Options returns the options to open the server with: the DSN's, completed with what the DSN leaves open. The secret
// is read if there is one; secrets may be nil when there is none. Errors name the variable and never hold the DSN.
func (c Config) Options(ctx context.Context, secrets Secrets) (*clickhouse.Options, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if c.DSN != "" {
		return parse(c.DSN, "RUMLINE_CLICKHOUSE_DSN")
	}
	out, err := secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &c.DSNSecret})
	if err != nil {
		return nil, fmt.Errorf("reading the secret of RUMLINE_CLICKHOUSE_DSN_SECRET: %w", err)
	}
	if out.SecretString == nil || *out.SecretString == "" {
		return nil, errors.New("the secret of RUMLINE_CLICKHOUSE_DSN_SECRET has no string: put the DSN there")
	}
	return parse(DSN(*out.SecretString), "the secret of RUMLINE_CLICKHOUSE_DSN_SECRET")
}

// Defaults for what a DSN leaves open.
const (
	// dialTimeout is also how long a writer waits for a free connection.
	dialTimeout = 10 * time.Second
	// readTimeout bounds how long the server may be silent, which it is while it sorts and writes an insert.
	readTimeout = 60 * time.Second
)

// parse does not pass on the parser's error: it quotes the DSN.
func parse(dsn DSN, from string) (*clickhouse.Options, error) {
	o, err := clickhouse.ParseDSN(string(dsn))
	if err != nil {
		return nil, fmt.Errorf("%s is no ClickHouse DSN: want http(s)://user:password@host:port/database or clickhouse://…, "+
			"https with ?secure=true, special characters of the password percent-encoded", from)
	}
	if o.DialTimeout == 0 {
		o.DialTimeout = dialTimeout
	}
	if o.ReadTimeout == 0 {
		o.ReadTimeout = readTimeout
	}
	if o.Compression == nil {
		o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	}
	return o, nil
}
