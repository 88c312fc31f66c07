package migrations_test

import (
	"os"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/migrations"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Run(m)) }

func TestUpTwice(t *testing.T) {
	options := clickhousetest.Options(t)
	before, err := migrations.Schema{Server: options}.Status(t.Context())
	require.NoError(t, err, "there is no database")
	for _, m := range before {
		require.False(t, m.Applied, m.Name)
	}

	first, err := migrations.Up(t.Context(), options)
	require.NoError(t, err)
	require.NotEmpty(t, first)
	require.Len(t, before, len(first))

	status, err := migrations.Schema{Server: options}.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, first, status, "all migrations are applied, in their order")

	second, err := migrations.Up(t.Context(), options)
	require.NoError(t, err)
	require.Empty(t, second)
	requireObjects(t, options)
}

func TestUpByManyAtOnce(t *testing.T) {
	options := clickhousetest.Options(t)
	group, ctx := errgroup.WithContext(t.Context())
	for range 4 {
		group.Go(func() error {
			_, err := migrations.Up(ctx, options)
			return err
		})
	}
	require.NoError(t, group.Wait())
	requireObjects(t, options)

	status, err := migrations.Schema{Server: options}.Status(t.Context())
	require.NoError(t, err)
	for _, m := range status {
		require.True(t, m.Applied, m.Name)
	}
	again, err := migrations.Up(t.Context(), options)
	require.NoError(t, err)
	require.Empty(t, again)
}

// A migration that was cut off half way is run again from its start, so every statement must bear that.
func TestEveryStatementMayBeRunAgain(t *testing.T) {
	options := clickhousetest.Migrated(t)
	db := clickhouse.OpenDB(options)
	defer db.Close()
	provider, err := migrations.NewProvider(migrations.Schema{Server: options}, db, goose.WithDisableVersioning(true))
	require.NoError(t, err)
	results, err := provider.Up(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, results)
}

func TestStatusOfADatabaseWithoutSchema(t *testing.T) {
	options := clickhousetest.Migrated(t)
	conn := clickhousetest.Open(t, options)
	require.NoError(t, conn.Exec(t.Context(), "DROP TABLE rum_schema_migrations"))
	status, err := migrations.Schema{Server: options}.Status(t.Context())
	require.NoError(t, err)
	for _, m := range status {
		require.False(t, m.Applied, m.Name)
	}
}

func requireObjects(t *testing.T, options *clickhouse.Options) {
	t.Helper()
	conn := clickhousetest.Open(t, options)
	objects := clickhousetest.Scalar[[]string](t, conn,
		"SELECT groupArraySorted(10)(name) FROM system.tables WHERE database = currentDatabase() AND name NOT LIKE '%migrations'")
	require.Equal(t, []string{"rum_events", "rum_vitals", "rum_vitals_1m", "rum_vitals_1m_mv"}, objects)
}

func TestSetRetention(t *testing.T) {
	options := clickhousetest.Options(t)
	_, err := migrations.Up(t.Context(), options)
	require.NoError(t, err)
	conn := clickhousetest.Open(t, options)
	ttl := func(table string) string {
		return clickhousetest.Scalar[string](t, conn, "SELECT extract(engine_full, 'TTL (.*?) SETTINGS') FROM system.tables "+
			"WHERE database = currentDatabase() AND name = $1", table)
	}
	require.Equal(t, "toDateTime(event_ts) + toIntervalDay(90)", ttl("rum_events"))
	require.Equal(t, "minute + toIntervalDay(400)", ttl("rum_vitals_1m"))
	for _, test := range []struct {
		migrations.Retention
		events, rollup string
	}{
		{migrations.Retention{EventDays: 30, RollupDays: 800}, "toDateTime(event_ts) + toIntervalDay(30)", "minute + toIntervalDay(800)"},
		{migrations.Retention{}, "", ""},
		{migrations.Retention{}, "", ""},
		{migrations.Retention{EventDays: 3650}, "toDateTime(event_ts) + toIntervalDay(3650)", ""},
	} {
		require.NoError(t, migrations.SetRetention(t.Context(), options, test.Retention))
		require.Equal(t, test.events, ttl("rum_events"))
		require.Equal(t, test.rollup, ttl("rum_vitals_1m"))
	}
	require.ErrorContains(t, migrations.SetRetention(t.Context(), options, migrations.Retention{EventDays: -1}), "-1 days")
	require.ErrorContains(t, migrations.SetRetention(t.Context(), options, migrations.Retention{RollupDays: 3651}), "3651 days")
}
