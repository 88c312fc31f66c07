// Package destination writes batches of events to ClickHouse.
//
// A chunk goes in by the days that its events are of, one insert a day, under the token <batch ID>/<chunk index>/<day>.
// A day is a partition of the table, so what an insert leaves behind is one part of the events and one of the rollup,
// each there or not: there is no insert that is there by half. The server drops a token that it has seen before, from
// the rollup too. It remembers only so many of them, so for a batch that another attempt may have begun the writer asks
// the tables first, and adds what is missing: see state.
//
// The columns of a chunk go to the server as they are, without a value being boxed or a row being made: by HTTP while they are
// encoded, see body.
package destination

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
)

var _ delivery.Destination = (*Writer)(nil)

// Writer is the ClickHouse destination. It is safe for concurrent use.
type Writer struct {
	server   *connection.Server
	topology topology.Topology
	columns  []target
	insert   string
	bodies   sync.Pool
}

// New returns a Writer to a server, which stays the caller's. The schema must have been migrated.
func New(server *connection.Server, t topology.Topology) *Writer {
	columns := nativeColumns()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	w := &Writer{
		server:   server,
		topology: t,
		columns:  columns,
		insert:   "INSERT INTO " + Table + " (" + strings.Join(names, ", ") + ")",
	}
	w.bodies.New = func() any { return newBody(columns, server.Compression()) }
	return w
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
	settings := w.inserting(p.token())
	return w.server.Do(ctx, func(conn driver.Conn) error {
		err := w.insertByHTTP(ctx, conn, p, settings)
		if errors.Is(err, clickhouse.ErrFormatNativeUnsupported) {
			err = w.insertByNative(ctx, conn, p, settings)
		}
		return err
	})
}
