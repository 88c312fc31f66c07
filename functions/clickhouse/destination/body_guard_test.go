//go:build !race

package destination

import (
	"io"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
)

// A body that has been used before allocates next to nothing, however many events there are.
func TestGuardAllocationsOfAWarmBody(t *testing.T) {
	events := beacons(t, 10_000)
	parts := splitByDay("0123456789abcdef", delivery.Chunk{Events: events})
	b := newBody(nativeColumns(), clickhouse.CompressionLZ4)
	encode := func() {
		for _, p := range parts {
			b.start(p)
			if _, err := io.Copy(io.Discard, b); err != nil {
				t.Error(err)
			}
			b.stop()
		}
	}
	encode()
	perEvent := testing.AllocsPerRun(5, encode) / float64(events.Len())
	t.Logf("%.5f allocations an event", perEvent)
	require.Less(t, perEvent, 0.01)
}
