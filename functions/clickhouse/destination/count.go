package destination

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rumline/rumline/shared/failure"
)

// count adds to the rollup a part whose events are stored and not counted. It runs the view's own query, as the server
// has it, over the events of the part alone.
func (w *Writer) count(ctx context.Context, p part) error {
	query, err := w.texts(ctx, "SELECT as_select FROM system.tables WHERE database = currentDatabase() AND name = ?", rollupView)
	if err != nil {
		return fmt.Errorf("reading the rollup's query: %w", err)
	}
	columns, err := w.texts(ctx, "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = ? ORDER BY position", rollupView)
	if err != nil {
		return fmt.Errorf("reading the rollup's columns: %w", err)
	}
	if len(query) != 1 || len(columns) == 0 {
		return failure.New(failure.DestinationRefused, "there is no view %s: are all migrations applied?", rollupView)
	}
	names := make([]string, len(columns))
	for i, row := range columns {
		names[i] = row[0]
	}
	counted, err := overPart(query[0][0], w.topology.Local(Table), p)
	if err != nil {
		return err
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(w.counting(p.token())))
	if err := w.exec(ctx, "INSERT INTO "+rollup+" ("+strings.Join(names, ", ")+") "+counted); err != nil {
		return fmt.Errorf("counting events that are stored: %w", err)
	}
	return nil
}

// overPart has the view's query read the events of the part, on whichever shard they are, instead of what is inserted into
// the local table.
func overPart(query, local string, p part) (string, error) {
	from := regexp.MustCompile("FROM (?:`[^`]+`|\\w+)\\."+local+" AS e\\b").FindAllStringIndex(query, -1)
	if len(from) != 1 {
		return "", failure.New(failure.DestinationRefused, "the query of view %s reads %s in %d places, not in one: are all migrations applied?",
			rollupView, local, len(from))
	}
	events := fmt.Sprintf("FROM (SELECT * FROM %s WHERE _partition_id = '%s' AND batch_id = '%s' AND batch_chunk = %d) AS e",
		Table, p.partition(), p.batch, p.chunk)
	return query[:from[0][0]] + events + query[from[0][1]:], nil
}
