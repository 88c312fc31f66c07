package load_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
	"github.com/rumline/rumline/tests/bench/load"
)

// TestNew: every event is accepted, and all are of one hour.
func TestNew(t *testing.T) {
	t.Parallel()
	l, err := load.New(700)
	require.NoError(t, err)
	require.Equal(t, 700, l.Events())
	objects, err := l.Objects(700, load.Zstd)
	require.NoError(t, err)
	require.Len(t, objects, 1)
	r, err := zstd.NewReader(bytes.NewReader(objects[0]))
	require.NoError(t, err)
	block, refused, err := rumtest.Decode(r, "load")
	require.NoError(t, err)
	require.Empty(t, refused)
	require.Equal(t, 700, block.Len())
	hours := map[int64]bool{}
	for _, ms := range block.Column(rum.Index("event_ts")).Times {
		hours[ms/time.Hour.Milliseconds()] = true
	}
	require.Len(t, hours, 1)
}

func TestObjects(t *testing.T) {
	t.Parallel()
	l, err := load.New(10)
	require.NoError(t, err)
	objects, err := l.Objects(4, load.Gzip)
	require.NoError(t, err)
	require.Len(t, objects, 3)
	plain := 0
	for n, events := range []int{4, 4, 2} {
		r, err := gzip.NewReader(bytes.NewReader(objects[n]))
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, events, bytes.Count(text, []byte("\n")))
		plain += len(text)
	}
	require.Equal(t, l.PlainBytes, plain)
	_, err = l.Objects(0, load.Gzip)
	require.Error(t, err)
	_, err = l.Objects(1, "rar")
	require.ErrorContains(t, err, "rar")
}
