package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Retention is for how many days ClickHouse keeps what it has, counted from the event's time; 0 is for ever. An event
// that is older already when it is written is dropped within minutes, so a backfill begins with a longer retention.
type Retention struct {
	EventDays  int // of rum_events; 90 after the first migration
	RollupDays int // of rum_vitals_1m; 400 after the first migration
}

// maxRetentionDays keeps the end of the retention within what ClickHouse's DateTime can hold (until 2106).
const maxRetentionDays = 3650

// SetRetention changes the retention of a single server: see Schema.SetRetention.
func SetRetention(ctx context.Context, server *clickhouse.Options, r Retention) error {
	return Schema{Server: server}.SetRetention(ctx, r)
}

// SetRetention changes how long the tables keep their rows. It may be called again with the same values.
func (s Schema) SetRetention(ctx context.Context, r Retention) (err error) {
	db := clickhouse.OpenDB(s.Server)
	defer func() { err = errors.Join(err, db.Close()) }()
	return errors.Join(
		s.retain(ctx, db, "rum_events", "toDateTime(event_ts)", r.EventDays),
		s.retain(ctx, db, "rum_vitals_1m", "minute", r.RollupDays),
	)
}

func (s Schema) retain(ctx context.Context, db *sql.DB, table, date string, days int) error {
	if days < 0 || days > maxRetentionDays {
		return fmt.Errorf("a retention of %d days for %s: it must be 0 (for ever) to %d", days, table, maxRetentionDays)
	}
	table = s.Topology.Local(table)
	alter := "ALTER TABLE " + table + s.dialect().OnCluster()
	change := fmt.Sprintf("%s MODIFY TTL %s + INTERVAL %d DAY", alter, date, days)
	if days == 0 {
		var expires bool
		const ask = "SELECT engine_full LIKE '% TTL %' FROM system.tables WHERE database = currentDatabase() AND name = $1"
		if err := db.QueryRowContext(ctx, ask, table).Scan(&expires); err != nil {
			return fmt.Errorf("reading the retention of %s: %w", table, err)
		}
		if !expires { // removing what is not there is an error
			return nil
		}
		change = alter + " REMOVE TTL"
	}
	if _, err := db.ExecContext(ctx, change); err != nil {
		return fmt.Errorf("setting the retention of %s: %w", table, err)
	}
	return nil
}
