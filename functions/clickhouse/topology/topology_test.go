package topology_test

import (
	"testing"

	"github.com/caarlos0/env/v11"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/topology"
)

func TestTopologyOfTheEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		kind, cluster string
		want          topology.Topology
		wrong         string
	}{
		"nothing":                  {want: topology.Topology{Kind: topology.Single}},
		"single":                   {kind: "single", want: topology.Topology{Kind: topology.Single}},
		"cloud":                    {kind: "cloud", want: topology.Topology{Kind: topology.Cloud}},
		"replicated":               {kind: "replicated", cluster: "rum-2x2", want: topology.Topology{Kind: topology.Replicated, Cluster: "rum-2x2"}},
		"replicated, by a macro":   {kind: "replicated", cluster: "{cluster}", want: topology.Topology{Kind: topology.Replicated, Cluster: "{cluster}"}},
		"a cluster of nothing":     {cluster: "c", wrong: "RUMLINE_CLICKHOUSE_CLUSTER is set"},
		"a cluster in the cloud":   {kind: "cloud", cluster: "c", wrong: "RUMLINE_CLICKHOUSE_CLUSTER is set"},
		"replicated, no cluster":   {kind: "replicated", wrong: "RUMLINE_CLICKHOUSE_CLUSTER must name"},
		"replicated, an injection": {kind: "replicated", cluster: "c' (x Int8) --", wrong: "letters, digits"},
		"another":                  {kind: "Cloud", wrong: `"Cloud": it must be "single", "replicated" or "cloud"`},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range map[string]string{"RUMLINE_CLICKHOUSE_TOPOLOGY": test.kind, "RUMLINE_CLICKHOUSE_CLUSTER": test.cluster} {
				if value != "" {
					t.Setenv(variable, value)
				}
			}
			got, err := env.ParseAs[topology.Topology]()
			require.NoError(t, err)
			if test.wrong != "" {
				require.ErrorContains(t, got.Check(), test.wrong)
				return
			}
			require.NoError(t, got.Check())
			require.Equal(t, test.want, got)
		})
	}
}

func TestZeroIsASingleServer(t *testing.T) {
	var zero topology.Topology
	require.NoError(t, zero.Check())
	require.False(t, zero.Replicated())
	require.Equal(t, "rum_events", zero.Local("rum_events"))
	require.Equal(t, "rum_events_local", topology.Topology{Kind: topology.Replicated, Cluster: "c"}.Local("rum_events"))
}
