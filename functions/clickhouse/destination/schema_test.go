package destination_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/destination"
)

// A field that the event's schema gets needs a migration here.
func TestTableHasTheSchemasFields(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	rows, err := conn.Query(t.Context(), "SELECT concat(name, ' ', type) FROM system.columns "+
		"WHERE database = currentDatabase() AND table = $1 AND default_kind = '' ORDER BY position", destination.Table)
	require.NoError(t, err)
	defer rows.Close()
	var got, want []string
	for rows.Next() {
		var column string
		require.NoError(t, rows.Scan(&column))
		got = append(got, column)
	}
	require.NoError(t, rows.Err())
	for _, c := range destination.Columns() {
		want = append(want, c.Name+" "+c.Type)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s does not match rum.Fields (- schema, + table): add a migration to functions/clickhouse/migrations with\n"+
			"{{.Alter `%[1]s` `ADD COLUMN IF NOT EXISTS <name> <type> COMMENT '<doc>' CODEC(ZSTD(1)) AFTER <the field before it>`}};\n%s",
			destination.Table, diff)
	}
}

func TestEveryColumnIsDescribed(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	require.Empty(t, clickhousetest.Scalar[[]string](t, conn, "SELECT groupArray(name) FROM system.columns "+
		"WHERE database = currentDatabase() AND table = 'rum_events' AND comment = ''"))
}
