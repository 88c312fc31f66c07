package destination

import (
	"context"
	"strings"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/shared/failure"
)

// Probe inserts no rows: the server checks the user, the rights, the table and its columns as for any insert, and stores
// nothing. The code of its error is that of Write's.
func (w *Writer) Probe(ctx context.Context) error {
	_, columns, _ := strings.Cut(w.insert, "(")
	err := w.exec(ctx, w.insert+" SELECT "+strings.TrimSuffix(columns, ")")+" FROM "+Table+" WHERE 0")
	return failure.Wrap(connection.CodeOf(err), err, "inserting no rows into "+Table)
}
