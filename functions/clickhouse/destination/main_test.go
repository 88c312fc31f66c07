package destination_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/destination"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/rum"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Run(m)) }

// newWriter is a writer to a single server.
func newWriter(conn driver.Conn) *destination.Writer {
	return destination.New(connection.Of(conn), topology.Topology{})
}

// block decodes NDJSON.
func block(tb testing.TB, lines ...string) *rum.Block {
	tb.Helper()
	b := rum.NewBlock()
	d := rum.NewDecoder(strings.NewReader(strings.Join(lines, "\n")), "test")
	for {
		err := d.Next(b)
		if errors.Is(err, io.EOF) {
			require.Equal(tb, len(lines), b.Len())
			return b
		}
		require.NoError(tb, err)
	}
}

// batch is a batch of one chunk a block.
func batch(id string, blocks ...*rum.Block) *delivery.Batch {
	return delivery.NewBatch(id, func(yield func(delivery.Chunk, error) bool) {
		for i, b := range blocks {
			if !yield(delivery.Chunk{Index: i, Events: b}, nil) {
				return
			}
		}
	})
}

// batchID makes an ID of the form that batches have.
func batchID(n int) string { return fmt.Sprintf("%032x", n) }

// querier is what the tests need of a connection to read.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (driver.Rows, error)
}
