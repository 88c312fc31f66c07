package destination

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/rumline/rumline/shared/failure"
)

// insertByHTTP sends a part in the format that the server takes it in, past the driver's columns.
func (w *Writer) insertByHTTP(ctx context.Context, conn driver.Conn, p part, settings clickhouse.Settings) error {
	b := w.bodies.Get().(*body) //nolint:errcheck,forcetypeassert // there are no others
	b.start(p)
	if b.frames != nil {
		settings["decompress"] = 1
	}
	err := conn.InsertFormat(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), "Native", w.insert, b)
	if whole := b.stop(); whole && err == nil {
		w.bodies.Put(b)
	}
	if err != nil {
		return fmt.Errorf("sending %d rows: %w", p.rows.n, err)
	}
	return nil
}

// insertByNative sends a part by the native protocol, in the driver's columns.
func (w *Writer) insertByNative(ctx context.Context, conn driver.Conn, p part, settings clickhouse.Settings) (err error) {
	delete(settings, "decompress")
	insert, err := conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), w.insert)
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
		return fmt.Errorf("sending %d rows: %w", p.rows.n, err)
	}
	return nil
}

// fill gives the part to the insert's columns as if a server had sent it: the driver's own ways of appending box every value.
func (w *Writer) fill(targets []column.Interface, p part) error {
	if len(targets) != len(w.columns) {
		return failure.New(failure.DestinationRefused, "table %s offers %d columns, %d are wanted", Table, len(targets), len(w.columns))
	}
	e := encoder{rows: p.rows}
	for i, want := range w.columns {
		if got := string(targets[i].Type()); got != want.Type {
			return failure.New(failure.DestinationRefused, "column %s.%s is %s, not %s: are all migrations applied?", Table, want.Name, got, want.Type)
		}
		e.of(i, p)
		if err := targets[i].Decode(e.buf.Reader(), p.rows.n); err != nil {
			return fmt.Errorf("encoding column %s: %w", want.Name, err)
		}
		e.buf.Reset()
	}
	return nil
}
