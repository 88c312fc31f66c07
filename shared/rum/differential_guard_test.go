//go:build !race

package rum_test

import "testing"

// TestGuardDifferentialMillion is the differential tests on a million records. Where the race detector runs they make do
// with fewer.
func TestGuardDifferentialMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a quarter of a minute")
	}
	const all, slow = 1_000_000, 50_000
	t.Run("reference", func(t *testing.T) {
		t.Parallel()
		differential(t, 2, slow)
	})
	t.Run("letter", func(t *testing.T) {
		t.Parallel()
		quickAgainstLetter(t, 2, all-slow)
	})
}
