//go:build !race

package lakefile_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/lake/laketest"
)

const guardedEvents = 10_000

var guarded = sync.OnceValue(func() []byte { return laketest.Traffic(guardedEvents) })

// What an encoder allocates that has made a file before is by page and by column chunk, and not by event.
func TestGuardAllocations(t *testing.T) {
	file := laketest.File(t, guarded())
	e := lakefile.NewEncoder()
	var dst bytes.Buffer
	allocations := testing.AllocsPerRun(3, func() {
		dst.Reset()
		require.NoError(t, e.Encode(&dst, file))
	})
	t.Logf("%.0f allocations, %.3f an event", allocations, allocations/guardedEvents)
	require.Less(t, allocations/guardedEvents, 0.5)
}

func TestGuardSize(t *testing.T) {
	var dst bytes.Buffer
	require.NoError(t, lakefile.NewEncoder().Encode(&dst, laketest.File(t, guarded())))
	size := float64(dst.Len()) / guardedEvents
	t.Logf("%.1f bytes a row", size)
	require.Less(t, size, 110.0)
}
