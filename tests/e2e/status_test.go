package e2e

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/oncall/status"
)

// requireWell: after all of it, when the alarms have seen that it is over, the on-call has nothing to do.
func (p *pipeline) requireWell(t *testing.T) {
	await(t, "status says that all is well", func() (bool, any) {
		out, exit, err := p.run(t, "status", "-json")
		require.NoError(t, err)
		var s status.Status
		require.NoError(t, json.Unmarshal(out, &s), string(out))
		require.Equal(t, s.Well, exit == well)
		return s.Well, s.Problems
	})
	out, _, err := p.run(t, "status")
	require.NoError(t, err)
	require.Contains(t, string(out), "local: all well")
}
