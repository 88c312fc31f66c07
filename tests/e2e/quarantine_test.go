package e2e

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/tests/generate"
)

// requireQuarantined: every destination has put what is bad in the objects into quarantine, each record once, and
// nothing else.
func (p *pipeline) requireQuarantined(t *testing.T, poisons []generate.Poison) {
	t.Helper()
	kept := p.deployment.Quarantine
	reader, err := quarantine.NewReader(p.s3, quarantine.Config{Bucket: kept.Bucket, Prefix: kept.Prefix})
	require.NoError(t, err)
	for _, destination := range slices.Sorted(maps.Keys(p.deployment.Destinations)) {
		found := map[string][]generate.Rejection{}
		for r, err := range reader.Records(t.Context(), quarantine.Selection{Destination: destination}) {
			require.NoError(t, err)
			found[r.Source.Key] = append(found[r.Source.Key], generate.Rejection{Reason: r.Reason, Field: r.Field, Line: int(r.Line), Rest: r.Rest})
		}
		for _, poison := range poisons {
			t.Run(poison.Name+" "+destination, func(t *testing.T) {
				requireSame(t, poison.Rejected, found[poison.Key])
			})
			delete(found, poison.Key)
		}
		require.Empty(t, found, "%s refused what is good", destination)
	}
}

// requireSame compares refusals. Where the line depends on how far a reader reads ahead, any will do.
func requireSame(t *testing.T, want, got []generate.Rejection) {
	t.Helper()
	require.Equal(t, len(want), len(got), "refused records") //nolint:testifylint // Len would print them all
	for i, w := range want {
		if w.Line == 0 {
			got[i].Line = 0
		}
		require.Equal(t, w, got[i])
	}
}
