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

	p.requireDelivery(t)
	t.Run("dead letters are shown, replayed and parked by hand", p.requireReplayable)
	t.Run("dead letters are replayed and parked without hands", p.requireReplayedByItself)
	t.Run("an outage opens the breaker, and nothing is dead-lettered", p.requireOutageSurvived)
	t.Run("a backfill changes nothing, or rebuilds", p.requireBackfill)
	t.Run("all is well again", p.requireWell)
	t.Run("alarms watch what is emitted", p.requireMetricsOfAlarms)

	t.Run("a release brings the schema up to date and finds all well", p.requireRelease)
	t.Run("roles may do what they do, and nothing else", p.requirePrivileges)

	p.requireStable(t)
}

// requireDelivery: what is put arrives once, whatever it is and however often it is announced.
func (p *pipeline) requireDelivery(t *testing.T) {
	t.Run("real and generated beacons arrive", func(t *testing.T) {
		beacons := realBeacons(t)
		require.Equal(t, 101, beacons.Events)
		generated := roundtrip.Generated(100_000, 300)
		require.Equal(t, 100_000, generated.Events)
		beacons.Add(generated)
		p.deliver(t, beacons)
		p.compare(t)
	})

	poisons := generate.Poisoned(generate.Options{})
	t.Run("the neighbours of poison arrive, and it is in quarantine", func(t *testing.T) {
		p.deliver(t, roundtrip.Poisoned(poisons))
		p.compare(t)
		p.requireQuarantined(t, poisons)
	})

	t.Run("what is announced again changes nothing", func(t *testing.T) {
		p.announceAgain(t)
		p.requireConserved(t)
		p.compare(t)
		p.requireQuarantined(t, poisons)
	})
}

// requireStable: what is applied is what is there, and it can be undone.
func (p *pipeline) requireStable(t *testing.T) {
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
