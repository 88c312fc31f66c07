//go:build !race

package rum_test

import (
	"strconv"
	"testing"
)

// TestGuardDifferentialMillion holds a million lines against encoding/json, and in the quick ways against the letter. Where the
// race detector runs, the tests of the same make do with fewer.
func TestGuardDifferentialMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	const all, parts = 1_000_000, 4
	for part := range uint64(parts) {
		seed := 2 + part
		t.Run("reference-"+strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			differential(t, seed, all/parts)
		})
		t.Run("letter-"+strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			quickAgainstLetter(t, seed, all/parts)
		})
	}
}
