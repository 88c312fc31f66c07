package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// await waits until something has come about. look says whether it has, and what there is instead.
func await(t *testing.T, what string, look func() (done bool, seen any)) {
	t.Helper()
	const every = 500 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	began := time.Now()
	for {
		done, seen := look()
		if done {
			t.Logf("%s, after %s", what, time.Since(began).Round(time.Second))
			return
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			require.FailNow(t, "this did not come about: "+what, "there is: %+v", seen)
		}
	}
}
