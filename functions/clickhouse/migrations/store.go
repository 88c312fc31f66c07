package migrations

import (
	"context"
	"fmt"

	"github.com/pressly/goose/v3/database"
)

// versionTable is where the applied versions are recorded.
const versionTable = "rum_schema_migrations"

// newStore returns where goose records the applied versions. On a cluster that is one table, whichever server is asked.
func newStore(d dialect) (database.Store, error) {
	store, err := database.NewStore(database.DialectClickHouse, versionTable)
	if err != nil {
		return nil, fmt.Errorf("making the store of versions: %w", err)
	}
	if d.Replicated() {
		return clusterStore{store, d.createVersions()}, nil
	}
	return store, nil
}

// clusterStore is a store whose table is made on every server.
type clusterStore struct {
	database.Store
	create string
}

// CreateVersionTable implements database.Store.
func (s clusterStore) CreateVersionTable(ctx context.Context, db database.DBTxConn) error {
	if _, err := db.ExecContext(ctx, s.create); err != nil {
		return fmt.Errorf("creating the table of versions: %w", err)
	}
	return nil
}

// createVersions is goose's own statement for a table that all servers of all shards are replicas of. Elsewhere a replica is
// named within its shard alone, hence the shard's name before it.
func (d dialect) createVersions() string {
	return fmt.Sprintf(`CREATE TABLE IF NOT EXISTS %s%s (
		version_id Int64,
		is_applied UInt8,
		date Date default now(),
		tstamp DateTime default now()
	  )
	  ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
		ORDER BY (version_id)`, versionTable, d.OnCluster())
}
