// Package destination writes batches of events to ClickHouse.
//
// Every chunk is one insert under the token <batch ID>/<chunk index>, so that the server drops an insert that it has
// taken before, and drops it from the rollup too. The columns of a chunk go to the server as they are, without a value
// being boxed or a row being made.
package destination

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
)

var _ delivery.Destination = (*Writer)(nil)

// Writer is the ClickHouse destination. It is safe for concurrent use.
type Writer struct {
	conn    driver.Conn
	columns []clickhouse.ColumnNameAndType
	insert  string
}

// New returns a Writer on a connection, which stays the caller's. The schema must have been migrated.
func New(conn driver.Conn) *Writer {
	columns := Columns()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return &Writer{
		conn:    conn,
		columns: columns,
		insert:  "INSERT INTO " + Table + " (" + strings.Join(names, ", ") + ")",
	}
}

// Write inserts the batch, chunk by chunk. Its errors are coded DestinationUnavailable or DestinationRefused; those
// that come from reading the batch are passed on.
func (w *Writer) Write(ctx context.Context, batch *delivery.Batch) error {
	for chunk, err := range batch.Chunks() {
		if err != nil {
			return fmt.Errorf("reading batch %s: %w", batch.ID, err)
		}
		if err := w.writeChunk(ctx, batch.ID, chunk); err != nil {
			return failure.Wrap(codeOf(err), err, fmt.Sprintf("inserting chunk %d of batch %s", chunk.Index, batch.ID))
		}
	}
	return nil
}

// writeChunk inserts a chunk, and once more when the connection broke: one that was kept from an earlier invocation may
// have been closed by the server while the function was frozen, and the token makes it safe to insert again.
func (w *Writer) writeChunk(ctx context.Context, batchID string, chunk delivery.Chunk) error {
	err := w.insertChunk(ctx, batchID, chunk)
	if connectionBroke(err) && ctx.Err() == nil {
		err = w.insertChunk(ctx, batchID, chunk)
	}
	return err
}

func (w *Writer) insertChunk(ctx context.Context, batchID string, chunk delivery.Chunk) (err error) {
	ctx = clickhouse.Context(ctx,
		clickhouse.WithSettings(settings(batchID+"/"+strconv.Itoa(chunk.Index))),
		clickhouse.WithColumnNamesAndTypes(w.columns),
	)
	insert, err := w.conn.PrepareBatch(ctx, w.insert)
	if err != nil {
		return fmt.Errorf("beginning the insert: %w", err)
	}
	defer func() {
		if err != nil {
			_ = insert.Abort() // the insert failed already; there is nothing that aborting it could add
		}
	}()
	if err := w.fill(insert.Columns(), batchID, chunk); err != nil {
		return err
	}
	if err := insert.Send(); err != nil {
		return fmt.Errorf("sending %d rows: %w", chunk.Events.Len(), err)
	}
	return nil
}

// fill puts the chunk into the insert's columns.
func (w *Writer) fill(targets []column.Interface, batchID string, chunk delivery.Chunk) error {
	if len(targets) != len(w.columns) {
		return failure.New(failure.DestinationRefused, "table %s offers %d columns, %d are wanted", Table, len(targets), len(w.columns))
	}
	for i, want := range w.columns {
		// Over the native protocol the types are the server's.
		if got := string(targets[i].Type()); got != want.Type {
			return failure.New(failure.DestinationRefused, "column %s.%s is %s, not %s: are all migrations applied?", Table, want.Name, got, want.Type)
		}
	}
	rows := chunk.Events.Len()
	var e encoder
	e.constantText(batchID, rows)
	if err := e.moveTo(targets[0], rows); err != nil {
		return err
	}
	e.constantUint32(uint32(chunk.Index), rows)
	if err := e.moveTo(targets[1], rows); err != nil {
		return err
	}
	for i := range rum.Fields() {
		e.column(chunk.Events.Column(i))
		if err := e.moveTo(targets[2+i], rows); err != nil {
			return err
		}
	}
	return nil
}

// settings are those of an insert under a deduplication token.
func settings(token string) clickhouse.Settings {
	return clickhouse.Settings{
		"insert_deduplicate":                                 1,
		"insert_deduplication_token":                         token,
		"deduplicate_blocks_in_dependent_materialized_views": 1,
		// A server that is set to collect inserts asynchronously would not deduplicate them by their token.
		"async_insert": 0,
		// A backfill touches many days, and each is a partition; refusing it would not make it smaller.
		"max_partitions_per_insert_block": 0,
	}
}
