package lake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

const hour = int64(3_600_000)

// list is a format that lists the beacon_seq of its rows.
type list struct{ fail error }

func (list) Extension() string          { return "list" }
func (list) ContentType() string        { return "text/plain" }
func (l list) NewEncoder() lake.Encoder { return l }

func (l list) Encode(dst *bytes.Buffer, file lake.File) error {
	if l.fail != nil {
		return l.fail
	}
	fmt.Fprintf(dst, "%s %d:", file.BatchID, file.Chunk)
	for _, row := range file.Rows {
		fmt.Fprintf(dst, " %d", file.Events.Column(rum.Index("beacon_seq")).Uints[row])
	}
	return nil
}

// at is one event per time, numbered from first.
func at(t *testing.T, first int, times ...int64) *rum.Block {
	t.Helper()
	lines := make([]string, len(times))
	for i, ms := range times {
		lines[i] = rumtest.Event(map[string]any{"event_ts": ms, "beacon_seq": first + i})
	}
	return laketest.Block(t, lines...)
}

// dayEnd is 2026-11-24T00:00:00Z in milliseconds.
const dayEnd = 1795478400000

func batch(t *testing.T) *delivery.Batch {
	t.Helper()
	return laketest.Batch("b1",
		at(t, 0, dayEnd, dayEnd-1, dayEnd+hour-1, dayEnd-hour, dayEnd+hour, dayEnd-hour-1, dayEnd),
		at(t, 100, dayEnd-1),
	)
}

// written is what that batch leaves in the bucket.
var written = map[string]string{
	"events/dt=2026-11-23/hour=22/b1-00000.list": "b1 0: 5",
	"events/dt=2026-11-23/hour=23/b1-00000.list": "b1 0: 1 3",
	"events/dt=2026-11-24/hour=00/b1-00000.list": "b1 0: 0 2 6",
	"events/dt=2026-11-24/hour=01/b1-00000.list": "b1 0: 4",
	"events/dt=2026-11-23/hour=23/b1-00001.list": "b1 1: 100",
}

func texts(objects map[string][]byte) map[string]string {
	all := make(map[string]string)
	for key, body := range objects {
		all[key] = string(body)
	}
	return all
}

func TestRowsGoToThePartitionOfTheirTime(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	require.NoError(t, lake.NewWriter(s3.Bucket(t), list{}).Write(t.Context(), batch(t)))
	require.Equal(t, written, texts(s3.Objects(t)))
	require.Equal(t, len(written), s3.Puts())
}

func TestARepeatOverwritesItsOwnObjects(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	w := lake.NewWriter(s3.Bucket(t), list{})
	var g errgroup.Group
	for range 3 { // also at the same time
		g.Go(func() error { return w.Write(t.Context(), batch(t)) })
	}
	require.NoError(t, g.Wait())
	require.Equal(t, written, texts(s3.Objects(t)))
}

func TestABatchWithoutEventsWritesNothing(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	require.NoError(t, lake.NewWriter(s3.Bucket(t), list{}).Write(t.Context(), laketest.Batch("b1")))
	require.Zero(t, s3.Puts())
}

func TestARepeatCompletesWhatFailed(t *testing.T) {
	t.Parallel()
	for failing := 1; failing <= len(written); failing++ {
		t.Run(fmt.Sprintf("put %d", failing), func(t *testing.T) {
			t.Parallel()
			s3 := laketest.NewS3(t)
			w := lake.NewWriter(s3.Bucket(t), list{})
			s3.FailPut = func(n int) error {
				if n == failing {
					return errors.New("the connection broke")
				}
				return nil
			}
			err := w.Write(t.Context(), batch(t))
			require.ErrorContains(t, err, "the connection broke")
			require.Less(t, len(s3.Objects(t)), len(written))
			require.NoError(t, w.Write(t.Context(), batch(t)))
			require.Equal(t, written, texts(s3.Objects(t)))
		})
	}
}

func TestErrorsOfTheBatchKeepTheirCode(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	broken := failure.New(failure.ObjectMissing, "s3://raw/x is not there")
	err := lake.NewWriter(s3.Bucket(t), list{}).Write(t.Context(), delivery.NewBatch("b1", func(yield func(delivery.Chunk, error) bool) {
		_ = yield(delivery.Chunk{Events: at(t, 0, dayEnd)}, nil) && yield(delivery.Chunk{}, broken)
	}))
	require.ErrorIs(t, err, broken)
	require.Equal(t, failure.ObjectMissing, failure.CodeOf(err))
	require.Len(t, s3.Objects(t), 1)
}

func TestErrorsOfTheFormatAreOurs(t *testing.T) {
	t.Parallel()
	err := lake.NewWriter(laketest.NewS3(t).Bucket(t), list{fail: errors.New("a bug")}).Write(t.Context(), batch(t))
	require.ErrorContains(t, err, "a bug")
	require.Equal(t, failure.Internal, failure.CodeOf(err))
}

func TestNothingIsWrittenOnceTheCallerIsGone(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := lake.NewWriter(s3.Bucket(t), list{}).Write(ctx, batch(t))
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, s3.Objects(t))
}

// counting is a format that knows how many files are being encoded.
type counting struct{ now, most *atomic.Int64 }

func (counting) Extension() string          { return "x" }
func (counting) ContentType() string        { return "x" }
func (c counting) NewEncoder() lake.Encoder { return c }

func (c counting) Encode(dst *bytes.Buffer, _ lake.File) error {
	n := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	dst.WriteString("x")
	return nil
}

func TestFilesAreMadeSideBySideUpToALimit(t *testing.T) {
	t.Parallel()
	s3 := laketest.NewS3(t)
	var times []int64
	for i := range int64(100) {
		times = append(times, dayEnd+i*hour)
	}
	format := counting{now: new(atomic.Int64), most: new(atomic.Int64)}
	w := lake.NewWriter(s3.Bucket(t), format)
	var g errgroup.Group
	for i := range 3 {
		g.Go(func() error { return w.Write(t.Context(), laketest.Batch(fmt.Sprint("b", i), at(t, 0, times...))) })
	}
	require.NoError(t, g.Wait())
	require.LessOrEqual(t, format.most.Load(), int64(4))
	require.Len(t, slices.Collect(maps.Keys(s3.Objects(t))), 300)
}
