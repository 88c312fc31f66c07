// Package deployed holds one deployment against what was sent to it: several on one stack, each with a database of its own.
package deployed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/rumline/rumline/functions/clickhouse/migrations"
	"github.com/rumline/rumline/tests/generate"
	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/roundtrip"
)

// Environment is a deployment with what was sent to it. Its methods are not safe for concurrent use.
type Environment struct {
	*local.Deployment
	stack  *local.Stack
	s3     *s3.Client
	engine clickhouse.Conn
	stores []roundtrip.Store
	sent   *roundtrip.Sent
	seed   uint64
}

// DSN is that of a database of the stack's ClickHouse.
func DSN(stack *local.Stack, database string) (string, error) {
	dsn, err := url.Parse(stack.ClickHouse.DSN())
	if err != nil {
		return "", fmt.Errorf("read the DSN of ClickHouse: %w", err)
	}
	dsn.Path = "/" + database
	return dsn.String(), nil
}

// Migrate gives a database the present schema. Events are kept however old they are.
func Migrate(ctx context.Context, stack *local.Stack, database string) error {
	dsn, err := DSN(stack, database)
	if err != nil {
		return err
	}
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		return fmt.Errorf("read the DSN of ClickHouse: %w", err)
	}
	if _, err := migrations.Up(ctx, options); err != nil {
		return fmt.Errorf("migrate %s: %w", database, err)
	}
	return migrations.SetRetention(ctx, options, migrations.Retention{})
}

// Connect gives a deployment its secrets, with a database of its own, which has to have its schema, and returns it. The seed makes
// its events others than those of another seed.
func Connect(ctx context.Context, stack *local.Stack, d *local.Deployment, database string, seed uint64) (*Environment, error) {
	if err := stack.PutSecrets(ctx, d); err != nil {
		return nil, err
	}
	dsn, err := DSN(stack, database)
	if err != nil {
		return nil, err
	}
	config, err := stack.Config(ctx)
	if err != nil {
		return nil, err
	}
	name := d.Secrets["clickhouse-dsn"].Name
	_, err = secretsmanager.NewFromConfig(config).PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &name, SecretString: &dsn})
	if err != nil {
		return nil, fmt.Errorf("put the secret %s: %w", name, err)
	}
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("read the DSN of ClickHouse: %w", err)
	}
	e := &Environment{Deployment: d, stack: stack, sent: roundtrip.NewSent(), seed: seed}
	e.s3 = s3.NewFromConfig(config, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true })
	if e.engine, err = clickhouse.Open(options); err != nil {
		return nil, fmt.Errorf("connect to ClickHouse: %w", err)
	}
	objects := func(destination string) roundtrip.Objects {
		o := d.Outputs[destination]
		return roundtrip.Objects{Client: e.s3, Bucket: o.Bucket, Prefix: o.Prefix}
	}
	e.stores = roundtrip.Stores(e.engine, objects("parquet"), objects("json"))
	return e, nil
}

// Close ends the connections.
func (e *Environment) Close() error {
	if err := e.engine.Close(); err != nil {
		return fmt.Errorf("disconnect from ClickHouse: %w", err)
	}
	return nil
}

// Put puts so many new events in so many objects into the raw bucket.
func (e *Environment) Put(ctx context.Context, events, objects int) error {
	e.seed++
	var load roundtrip.Load
	prefix := fmt.Sprintf("%s%s-%d/", e.RawPrefix, e.Workspace, e.seed)
	for o := range generate.Objects(generate.Options{Seed: e.seed, Events: events, Objects: objects, Prefix: prefix}) {
		load.Objects = append(load.Objects, o)
		load.Events += len(o.Records)
		load.Bytes += int64(len(o.Body))
	}
	return load.Put(ctx, e.s3, e.RawBucket, e.sent)
}

// Sent is how many events were put.
func (e *Environment) Sent() int { return e.sent.Len() }

// ErrNotExact is the error of a destination that has something else than what was sent.
var ErrNotExact = errors.New("it does not have exactly what was sent")

// Settle waits until the queues are empty, for as long as something moves within patience, and holds every destination against all
// that was ever put. Its error has all destinations that are not exact, with ErrNotExact, and dead letters.
func (e *Environment) Settle(ctx context.Context, patience time.Duration) error {
	if err := e.stack.Drain(ctx, e.Deployment, patience); err != nil {
		return err
	}
	var failures []error
	depths, err := e.stack.Depths(ctx, e.Deployment)
	if err != nil {
		return err
	}
	for name, depth := range depths {
		if depth.Dead > 0 {
			failures = append(failures, fmt.Errorf("%s of %s has %d dead letters", name, e.Workspace, depth.Dead))
		}
	}
	return errors.Join(append(failures, e.Compare(ctx))...)
}

// Compare holds every destination against all that was ever put, and waits for nothing. Its error has all that are not exact, with
// ErrNotExact.
func (e *Environment) Compare(ctx context.Context) error {
	var failures []error
	for _, store := range e.stores {
		result, err := store.Compare(ctx, e.sent)
		switch {
		case err != nil:
			failures = append(failures, err)
		case !result.Exact():
			failures = append(failures, fmt.Errorf("%s of %s: %w: %s", store.Name, e.Workspace, ErrNotExact, result))
		}
	}
	return errors.Join(failures...)
}
