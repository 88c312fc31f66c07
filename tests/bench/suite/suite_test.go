package suite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/bench/rig"
	"github.com/rumline/rumline/tests/bench/suite"
)

// TestRun is the whole run but for the peers, on next to nothing, so that it cannot rot.
func TestRun(t *testing.T) {
	t.Parallel()
	s, err := suite.New(t.Context(), suite.Options{Events: 300, Rounds: 1, MostObjects: 50, LargeBytes: 100_000, Dir: t.TempDir(), Log: t.Output()})
	require.NoError(t, err)
	r, err := s.Run(t.Context())
	require.NoError(t, err)

	require.Len(t, r.Functions, len(rig.Destinations))
	for _, f := range r.Functions {
		require.Positive(t, f.ColdMilliseconds, f.Name)
		require.Positive(t, f.ZipBytes, f.Name)
		require.Positive(t, f.PeakRSSAgain, f.Name)
		require.GreaterOrEqual(t, f.LargeBytes, 100_000)
	}
	require.Len(t, r.Comparisons, 4)
	for _, c := range r.Comparisons {
		require.Equal(t, suite.Ours, c.Contenders[0].Name)
		require.InDelta(t, 1, c.Contenders[0].Slower, 0, "against itself")
		require.Positive(t, c.Contenders[0].EventsPerSecond)
	}
	functions := map[string]int{}
	for _, p := range r.Scaling {
		functions[p.Function]++
		require.Positive(t, p.EventsPerSecond)
		require.GreaterOrEqual(t, p.S3Requests, 1000.0, "every object is read")
		require.GreaterOrEqual(t, p.DynamoDBUnits, 1000.0, "every object is claimed")
	}
	require.Len(t, functions, len(rig.Destinations))
	require.NotEmpty(t, r.Targets)
	require.Contains(t, r.Markdown(), "## Targets")
	costs(t, s)
}

// costs measures what the model of the costs is made of.
func costs(t *testing.T, s *suite.Suite) {
	t.Helper()
	m, err := s.CostsOf(t.Context(), []int{1, 10})
	require.NoError(t, err)
	for _, name := range rig.Destinations {
		require.Len(t, m.Destinations[name], 2)
		for _, p := range m.Destinations[name] {
			require.Equal(t, 1, p.One.Objects)
			require.LessOrEqual(t, p.Many.Objects, 50)
			require.InDelta(t, p.Many.Objects, p.Many.Gets, 0, "one request an object")
			require.GreaterOrEqual(t, p.Many.Writes, float64(p.Many.Objects+3))
			require.Positive(t, p.Many.Seconds)
		}
	}
	require.Positive(t, m.StoredBytesPerEvent)
}
