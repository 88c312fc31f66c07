// Package migrations is the schema of the ClickHouse destination, as numbered SQL files that are applied once each.
//
// A released file is never changed; a change of the schema is a new file. ClickHouse has no transactions for DDL and
// no locks between clients, so every statement is one that may be run again (IF NOT EXISTS, IF EXISTS): that is what
// makes it safe to apply the same migration twice, half, or from two machines at once.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"
)

//go:embed *.sql
var files embed.FS

// versionTable is where the applied versions are recorded.
const versionTable = "rum_schema_migrations"

// Migration is one file and its state in a database.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Up creates the options' database when it is missing and applies the migrations that it lacks. It returns those that
// it applied, none when the schema was up to date.
func Up(ctx context.Context, options *clickhouse.Options) ([]Migration, error) {
	if err := createDatabase(ctx, options); err != nil {
		return nil, err
	}
	var applied []Migration
	err := withProvider(options, func(p *goose.Provider) error {
		results, err := p.Up(ctx)
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

// Status returns all migrations in their order. It needs the database to exist.
func Status(ctx context.Context, options *clickhouse.Options) ([]Migration, error) {
	var all []Migration
	err := withProvider(options, func(p *goose.Provider) error {
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

func withProvider(options *clickhouse.Options, do func(*goose.Provider) error) (err error) {
	db := clickhouse.OpenDB(options)
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := newProvider(db)
	if err != nil {
		return err
	}
	return do(p)
}

func newProvider(db *sql.DB, extra ...goose.ProviderOption) (*goose.Provider, error) {
	extra = append(extra, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(goose.DialectClickHouse, db, files, extra...)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return p, nil
}

// createDatabase connects without a database, because ClickHouse refuses a connection to one that does not exist.
func createDatabase(ctx context.Context, options *clickhouse.Options) (err error) {
	name := options.Auth.Database
	if name == "" || name == "default" {
		return nil
	}
	server := *options
	server.Auth.Database = ""
	db := clickhouse.OpenDB(&server)
	defer func() { err = errors.Join(err, db.Close()) }()
	quoted := "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
	if _, err := db.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+quoted); err != nil {
		return fmt.Errorf("creating database %s: %w", name, err)
	}
	return nil
}
