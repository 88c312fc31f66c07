package roundtrip

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Store is a destination that can be read back.
type Store struct {
	Name string
	// Size is the number of its objects (parts, for ClickHouse), and their bytes.
	Size func(context.Context) (objects int, bytes int64, err error)
	rows func(context.Context) Rows
	// emptyIsAbsent: ClickHouse has arrays that are empty, and none that are NULL.
	emptyIsAbsent bool
}

// Stores are all destinations.
func Stores(conn driver.Conn, lake, training Objects) []Store {
	return []Store{
		{"clickhouse", partsOf(conn), func(ctx context.Context) Rows { return ClickHouse(ctx, conn) }, true},
		{"parquet", lake.Size, func(ctx context.Context) Rows { return lake.Parquet(ctx) }, false},
		{"json", training.Size, training.JSON, false},
	}
}

// Compare holds all that arrived at the store against what was sent.
func (s Store) Compare(ctx context.Context, sent *Sent) (*Result, error) {
	r, err := sent.Compare(s.rows(ctx), s.emptyIsAbsent)
	if err != nil {
		return r, fmt.Errorf("read back %s: %w", s.Name, err)
	}
	return r, nil
}

// partsOf counts the parts of the table of events, and their bytes on disk.
func partsOf(conn driver.Conn) func(context.Context) (int, int64, error) {
	return func(ctx context.Context) (int, int64, error) {
		var parts, bytes uint64
		err := conn.QueryRow(ctx, `SELECT count(), sum(bytes_on_disk) FROM system.parts
			WHERE database = currentDatabase() AND table = 'rum_events' AND active`).Scan(&parts, &bytes)
		if err != nil {
			return 0, 0, fmt.Errorf("ask ClickHouse for its parts: %w", err)
		}
		return int(parts), int64(bytes), nil
	}
}
