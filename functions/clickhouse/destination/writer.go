// Package destination writes batches of events to ClickHouse.
//
// A chunk goes in by the days that its events are of, one insert a day, under the token <batch ID>/<chunk index>/<day>.
// A day is a partition of the table, so what an insert leaves behind is one part of the events and one of the rollup,
// each there or not: there is no insert that is there by half. The server drops a token that it has seen before, from
// the rollup too. It remembers only so many of them, so for a batch that another attempt may have begun the writer asks
// the tables first, and adds what is missing: see state.
//
// The columns of a chunk go to the server as they are, without a value being boxed or a row being made.
package destination

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
)

var _ delivery.Destination = (*Writer)(nil)

// Writer is the ClickHouse destination. It is safe for concurrent use.
type Writer struct {
	server   *connection.Server
	topology topology.Topology
	columns  []clickhouse.ColumnNameAndType
	insert   string
}

// New returns a Writer to a server, which stays the caller's. The schema must have been migrated.
func New(server *connection.Server, t topology.Topology) *Writer {
	columns := Columns()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return &Writer{
		server:   server,
		topology: t,
		columns:  columns,
		insert:   "INSERT INTO " + Table + " (" + strings.Join(names, ", ") + ")",
	}
}

// Write inserts the batch, chunk by chunk. Its errors are coded DestinationUnavailable or DestinationRefused; those
// that come from reading the batch, or from recording its progress, are passed on.
func (w *Writer) Write(ctx context.Context, batch *delivery.Batch) error {
	for chunk, err := range batch.Chunks() {
		if err != nil {
			return fmt.Errorf("reading batch %s: %w", batch.ID, err)
		}
		if err := w.writeChunk(ctx, batch, chunk); err != nil {
			return failure.Wrap(connection.CodeOf(err), err, fmt.Sprintf("inserting chunk %d of batch %s", chunk.Index, batch.ID))
		}
		if err := batch.Wrote(ctx, chunk.Index); err != nil {
			return fmt.Errorf("recording chunk %d of batch %s: %w", chunk.Index, batch.ID, err)
		}
	}
	return nil
}

func (w *Writer) writeChunk(ctx context.Context, batch *delivery.Batch, chunk delivery.Chunk) error {
	parts := splitByDay(batch.ID, chunk)
	var there map[string]state
	if batch.Adopted {
		var err error
		if there, err = w.await(ctx, parts); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if err := w.complete(ctx, p, there[p.token()]); err != nil {
			return err
		}
	}
	return nil
}

// complete adds what a part lacks.
func (w *Writer) complete(ctx context.Context, p part, there state) error {
	switch {
	case !there.stored:
		return w.writePart(ctx, p)
	case !there.counted:
		return w.count(ctx, p)
	default:
		return nil
	}
}

// writePart inserts a part; its token makes it safe to insert again.
func (w *Writer) writePart(ctx context.Context, p part) error {
	return w.server.Do(ctx, func(conn driver.Conn) error { return w.insertPart(ctx, conn, p) })
}

func (w *Writer) insertPart(ctx context.Context, conn driver.Conn, p part) (err error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(w.inserting(p.token())), clickhouse.WithColumnNamesAndTypes(w.columns))
	insert, err := conn.PrepareBatch(ctx, w.insert)
	if err != nil {
		return fmt.Errorf("beginning the insert: %w", err)
	}
	defer func() {
		if err != nil {
			_ = insert.Abort() // the insert failed already; there is nothing that aborting it could add
		}
	}()
	if err := w.fill(insert.Columns(), p); err != nil {
		return err
	}
	if err := insert.Send(); err != nil {
		return fmt.Errorf("sending %d rows: %w", len(p.rows), err)
	}
	return nil
}

// fill puts the part into the insert's columns.
func (w *Writer) fill(targets []column.Interface, p part) error {
	if len(targets) != len(w.columns) {
		return failure.New(failure.DestinationRefused, "table %s offers %d columns, %d are wanted", Table, len(targets), len(w.columns))
	}
	for i, want := range w.columns {
		// Over the native protocol the types are the server's.
		if got := string(targets[i].Type()); got != want.Type {
			return failure.New(failure.DestinationRefused, "column %s.%s is %s, not %s: are all migrations applied?", Table, want.Name, got, want.Type)
		}
	}
	rows := len(p.rows)
	e := encoder{rows: p.rows}
	e.constantText(p.batch)
	if err := e.moveTo(targets[0], rows); err != nil {
		return err
	}
	e.constantUint32(uint32(p.chunk))
	if err := e.moveTo(targets[1], rows); err != nil {
		return err
	}
	for i := range rum.Fields() {
		e.column(p.events.Column(i))
		if err := e.moveTo(targets[2+i], rows); err != nil {
			return err
		}
	}
	return nil
}
