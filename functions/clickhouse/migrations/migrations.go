// Package migrations is the schema of the ClickHouse destination, as numbered SQL files that are applied once each.
//
// A released file is never changed; a change of the schema is a new file. ClickHouse has no transactions for DDL and
// no locks between clients, so every statement is one that may be run again (IF NOT EXISTS, IF EXISTS): that is what
// makes it safe to apply the same migration twice, half, or from two machines at once.
//
// The files are templates, since a cluster has to be told more than a single server: see dialect.
package migrations

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"

	"github.com/rumline/rumline/functions/clickhouse/topology"
)

//go:embed *.sql
var templates embed.FS

// defaultDatabase is there on every server, and is the one of a DSN that names none.
const defaultDatabase = "default"

// Migration is one file and its state in a database.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Schema is the schema of a database on a server. Its methods may be called by several machines at once.
type Schema struct {
	// Server says where the server is; its Auth.Database names the database.
	Server   *clickhouse.Options
	Topology topology.Topology
}

// Up applies the migrations to a single server: see Schema.Up.
func Up(ctx context.Context, server *clickhouse.Options) ([]Migration, error) {
	return Schema{Server: server}.Up(ctx)
}

// Up creates the database when it is missing and applies the migrations that it lacks. It returns those that it applied,
// also when one of them failed; none when the schema was up to date.
func (s Schema) Up(ctx context.Context) ([]Migration, error) {
	if err := s.createDatabase(ctx); err != nil {
		return nil, err
	}
	var applied []Migration
	err := s.withProvider(func(p *goose.Provider) error {
		results, err := p.Up(ctx)
		if partial, ok := errors.AsType[*goose.PartialError](err); ok {
			results = partial.Applied
		}
		for _, r := range results {
			applied = append(applied, Migration{Version: r.Source.Version, Name: r.Source.Path, Applied: true})
		}
		if err != nil {
			return fmt.Errorf("applying migrations: %w", err)
		}
		return nil
	})
	return applied, err
}

// Status returns all migrations in their order. A database that does not exist has none of them.
func (s Schema) Status(ctx context.Context) ([]Migration, error) {
	exists, err := s.exists(ctx)
	if err != nil {
		return nil, err
	}
	var all []Migration
	err = s.withProvider(func(p *goose.Provider) error {
		if !exists {
			for _, source := range p.ListSources() {
				all = append(all, Migration{Version: source.Version, Name: source.Path})
			}
			return nil
		}
		states, err := p.Status(ctx)
		if err != nil {
			return fmt.Errorf("reading the applied migrations: %w", err)
		}
		for _, s := range states {
			all = append(all, Migration{Version: s.Source.Version, Name: s.Source.Path, Applied: s.State == goose.StateApplied})
		}
		return nil
	})
	return all, err
}

func (s Schema) withProvider(do func(*goose.Provider) error) (err error) {
	db := clickhouse.OpenDB(s.Server)
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := s.newProvider(db)
	if err != nil {
		return err
	}
	return do(p)
}

func (s Schema) newProvider(db *sql.DB, extra ...goose.ProviderOption) (*goose.Provider, error) {
	d := s.dialect()
	store, err := newStore(d)
	if err != nil {
		return nil, err
	}
	extra = append(extra, goose.WithStore(store), goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(goose.DialectCustom, db, files{d}, extra...)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return p, nil
}

func (s Schema) dialect() dialect {
	return dialect{Topology: s.Topology, database: cmp.Or(s.Server.Auth.Database, defaultDatabase)}
}

func (s Schema) createDatabase(ctx context.Context) error {
	d := s.dialect()
	if d.database == defaultDatabase {
		return nil
	}
	return s.withoutDatabase(func(db *sql.DB) error {
		if _, err := db.ExecContext(ctx, d.createDatabase()); err != nil {
			return fmt.Errorf("creating database %s: %w", d.database, err)
		}
		return nil
	})
}

func (s Schema) exists(ctx context.Context) (exists bool, err error) {
	name := s.dialect().database
	err = s.withoutDatabase(func(db *sql.DB) error {
		if err := db.QueryRowContext(ctx, "SELECT count() > 0 FROM system.databases WHERE name = $1", name).Scan(&exists); err != nil {
			return fmt.Errorf("looking for database %s: %w", name, err)
		}
		return nil
	})
	return exists, err
}

// withoutDatabase connects to the server alone, because it refuses a connection to a database that does not exist.
func (s Schema) withoutDatabase(do func(*sql.DB) error) (err error) {
	server := *s.Server
	server.Auth.Database = ""
	db := clickhouse.OpenDB(&server)
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db)
}
