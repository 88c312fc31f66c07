//go:build !race

package export_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/shared/lake/laketest"
)

const guardedEvents = 10_000

var guarded = sync.OnceValue(func() []byte { return laketest.Traffic(guardedEvents) })

// An encoder that has made a file before allocates nothing by event.
func TestGuardAllocations(t *testing.T) {
	file := laketest.File(t, guarded())
	e := export.NewEncoder()
	var dst bytes.Buffer
	allocations := testing.AllocsPerRun(3, func() {
		dst.Reset()
		require.NoError(t, e.Encode(&dst, file))
	})
	t.Logf("%.0f allocations a file", allocations)
	require.Less(t, allocations, 100.0)
}

// The level is the fastest one, and the default is not worth its time: it saves a twentieth.
func TestGuardSize(t *testing.T) {
	var dst bytes.Buffer
	require.NoError(t, export.NewEncoder().Encode(&dst, laketest.File(t, guarded())))
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault))
	require.NoError(t, err)
	byDefault := len(z.EncodeAll(plainText(t, dst.Bytes()), nil))
	t.Logf("%d bytes, %d at the default level, %.3f", dst.Len(), byDefault, float64(dst.Len())/float64(byDefault))
	require.Less(t, float64(dst.Len()), 1.06*float64(byDefault))
}
