package faults_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/faults"
	"github.com/rumline/rumline/tests/local"
)

// TestUnderFire is the short run whose seed is always the same: a round on a stack of its own. `go tool task faults`
// makes longer ones.
func TestUnderFire(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it starts a stack and takes minutes")
	}
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "stack.log"))
	require.NoError(t, err)
	defer log.Close()
	report, err := faults.Run(t.Context(), faults.Options{
		Seed: 2026, Rounds: 1, Appointments: 80, Events: 300, Objects: 28,
		ArtifactsDir: filepath.Join(root, "dist", "local"), Out: t.Output(), Log: log,
	})
	require.NoError(t, err)
	injected := 0
	for _, n := range report.Faults {
		injected += n
	}
	// The machine decides how many of the calls come at which faults are due, but a run without any would prove nothing.
	require.Greater(t, injected, 20)
	require.Len(t, report.Rounds, 1)
}
