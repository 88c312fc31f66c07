package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gruntwork-io/terratest/modules/terraform"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/generate"
	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/roundtrip"
)

// TestPipeline: what is put into the raw bucket arrives at every destination, all of it and field by field; what cannot
// be an event is reported where it is; and Terraform finds its work done, and undoes it.
func TestPipeline(t *testing.T) {
	p := deploy(t)

	t.Run("real and generated beacons arrive", func(t *testing.T) {
		beacons := realBeacons(t)
		require.Equal(t, 101, beacons.Events)
		generated := roundtrip.Generated(100_000, 300)
		require.Equal(t, 100_000, generated.Events)
		beacons.Add(generated)
		p.deliver(t, beacons)
		p.compare(t)
	})

	t.Run("the neighbours of poison arrive, and it is reported", func(t *testing.T) {
		poisons := generate.Poisoned(generate.Options{})
		p.deliver(t, roundtrip.Poisoned(poisons))
		p.compare(t)
		for _, poison := range poisons {
			for destination := range p.deployment.Destinations {
				t.Run(poison.Name+" "+destination, func(t *testing.T) {
					uri := "s3://" + p.deployment.RawBucket + "/" + poison.Key
					requireReported(t, poison.Rejected, p.logs.of(destination, uri))
				})
			}
		}
	})

	t.Run("a second plan has nothing to do", func(t *testing.T) {
		require.Equal(t, terraform.DefaultSuccessExitCode, terraform.PlanExitCodeContext(t, t.Context(), p.terraform))
	})

	t.Run("destroy leaves nothing", func(t *testing.T) {
		terraform.DestroyContext(t, t.Context(), p.terraform)
		require.Empty(t, terraform.OutputAllContext(t, t.Context(), p.terraform))
	})
}

func realBeacons(t *testing.T) roundtrip.Load {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	ndjson, err := os.ReadFile(filepath.Join(root, "tests", "testdata", "chromium-beacons.ndjson"))
	require.NoError(t, err)
	return roundtrip.Beacons(ndjson)
}

// requireReported compares reports. Where the line depends on how far a reader reads ahead, any will do.
func requireReported(t *testing.T, want, got []generate.Rejection) {
	t.Helper()
	require.Equal(t, len(want), len(got), "refused records") //nolint:testifylint // Len would print them all
	for i, w := range want {
		if w.Line == 0 {
			got[i].Line = 0
		}
		require.Equal(t, w, got[i])
	}
}
