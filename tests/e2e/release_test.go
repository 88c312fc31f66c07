package e2e

import (
	"bytes"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/release"
)

// requireRelease: what a deployment does after Terraform finds the schema up to date and every destination well, and its probes leave
// nothing that a reader takes for events.
func (p *pipeline) requireRelease(t *testing.T) {
	config, err := p.Config(t.Context())
	require.NoError(t, err)
	parameters := ssm.NewFromConfig(config)
	deployed, err := deployment.Load(t.Context(), parameters, p.deployment.Workspace)
	require.NoError(t, err)
	var out bytes.Buffer
	r := release.Release{Deployment: deployed, Lambda: p.lambda, Parameters: parameters, Out: &out}
	require.NoError(t, r.Finish(t.Context()), out.String())
	require.Contains(t, out.String(), `"pending":[]`)
	for name := range p.deployment.Destinations {
		require.Contains(t, out.String(), name+": well\n")
	}
	p.compare(t)
}
