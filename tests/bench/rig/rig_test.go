package rig_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/rig"
)

// TestDeliver runs every function on a small load, so that what `task bench` is made of cannot rot.
func TestDeliver(t *testing.T) {
	t.Parallel()
	l, err := load.New(2000)
	require.NoError(t, err)
	for _, name := range rig.Destinations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := rig.New(rig.Options{Function: name, Binary: binaries[name]})
			require.NoError(t, err)
			defer func() { require.NoError(t, r.Close()) }()
			for n, encoding := range []load.Encoding{load.Gzip, load.Zstd} {
				objects, err := l.Objects(100, encoding)
				require.NoError(t, err)
				s, err := r.Deliver(objects)
				require.NoError(t, err)
				require.Equal(t, 20, s.Objects)
				require.Equal(t, 2000, s.Events, "what arrived")
				require.Equal(t, n == 0, s.Init > 0, "the first start is cold")
				require.Equal(t, runtime.GOOS == "linux", s.CPU > 0, "only Linux tells")
				require.Positive(t, s.PeakRSS)
				require.GreaterOrEqual(t, s.Cloud.Gets+s.Cloud.Heads, int64(20))
				require.GreaterOrEqual(t, s.Cloud.Writes, int64(20+3))
				require.Positive(t, s.LogBytes)
			}
			_, err = r.Deliver([][]byte{[]byte("{}")})
			require.ErrorContains(t, err, "quarantine", "what is refused is no measurement")
		})
	}
}

func TestZip(t *testing.T) {
	t.Parallel()
	_, err := rig.Zip("missing")
	require.Error(t, err)
	_, err = rig.ParquetRows([]byte("no file"))
	require.Error(t, err)
}
