package parallel_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/parallel"
)

// TestEach: every call is made once, and as many at a time as may be, but no more.
func TestEach(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ n, most, atOnce int }{{0, 4, 0}, {1, 4, 1}, {5, 1, 1}, {5, 0, 1}, {40, 4, 4}, {3, 8, 3}} {
		var (
			calls   = make([]atomic.Int64, test.n)
			running atomic.Int64
			full    = make(chan struct{})
			once    sync.Once
		)
		parallel.Each(test.n, test.most, func(i int) {
			calls[i].Add(1)
			switch now := int(running.Add(1)); {
			case now > test.atOnce:
				t.Errorf("%d calls at once of %d", now, test.atOnce)
			case now == test.atOnce:
				once.Do(func() { close(full) })
			}
			<-full // nobody ends before all that may run at once do
			running.Add(-1)
		})
		for i := range calls {
			require.EqualValues(t, 1, calls[i].Load(), "call %d of %+v", i, test)
		}
	}
}
