package roundtrip

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// ClickHouse reads the events of the table rum_events.
func ClickHouse(ctx context.Context, conn driver.Conn) Rows {
	return func(yield func(rumtest.Row, error) bool) {
		var names []string
		for _, f := range rum.Fields() {
			names = append(names, f.Name)
		}
		rows, err := conn.Query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM rum_events")
		if err != nil {
			yield(nil, fmt.Errorf("read rum_events: %w", err))
			return
		}
		defer rows.Close()
		types := rows.ColumnTypes()
		for rows.Next() {
			values := make([]any, len(types))
			for i, t := range types {
				values[i] = reflect.New(t.ScanType()).Interface()
			}
			if err := rows.Scan(values...); err != nil {
				yield(nil, fmt.Errorf("read rum_events: %w", err))
				return
			}
			row := make(rumtest.Row)
			for i, f := range rum.Fields() {
				if v := plain(reflect.ValueOf(values[i]).Elem()); v != nil {
					row[f.Name] = v
				}
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, fmt.Errorf("read rum_events: %w", err))
		}
	}
}

// plain makes of a scanned value what rumtest.Row has for it; nil of a NULL.
func plain(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	}
	switch x := v.Interface().(type) {
	case time.Time:
		return x.UnixMilli()
	case uuid.UUID:
		return x.String()
	case float32:
		return float64(x)
	case uint8, uint16, uint32:
		return v.Uint()
	default:
		return x
	}
}
