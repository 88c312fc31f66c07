package destination

import (
	"context"
	"errors"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// exec runs a statement that may be run again.
func (w *Writer) exec(ctx context.Context, statement string) error {
	return w.server.Do(ctx, func(conn driver.Conn) error {
		if err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("statement: %w", err)
		}
		return nil
	})
}

// texts runs a query whose columns are texts.
func (w *Writer) texts(ctx context.Context, query string, args ...any) (all [][]string, err error) {
	err = w.server.Do(ctx, func(conn driver.Conn) error {
		all, err = texts(ctx, conn, query, args...)
		return err
	})
	return all, err
}

func texts(ctx context.Context, conn driver.Conn, query string, args ...any) (all [][]string, err error) {
	rows, err := conn.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row := make([]string, len(rows.Columns()))
		targets := make([]any, len(row))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return all, nil
}
