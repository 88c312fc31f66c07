package destination

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/failure"
)

// The counts of a part are those of the view's own query, over the part's events on all shards.
func TestTheViewsQueryOverAPart(t *testing.T) {
	p := part{batch: "b1", chunk: 2, day: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	const events = "FROM (SELECT * FROM rum_events WHERE _partition_id = '20260301' AND batch_id = 'b1' AND batch_chunk = 2) AS e"
	for _, test := range []struct{ local, query, want string }{
		{"rum_events", "SELECT 1 FROM (SELECT 2 FROM rum.rum_events AS e GROUP BY 3)", "SELECT 1 FROM (SELECT 2 " + events + " GROUP BY 3)"},
		{"rum_events", "SELECT 1 FROM `my rum`.rum_events AS e", "SELECT 1 " + events},
		{"rum_events_local", "SELECT 1 FROM rum.rum_events_local AS e", "SELECT 1 " + events},
	} {
		got, err := overPart(test.query, test.local, p)
		require.NoError(t, err)
		require.Equal(t, test.want, got)
	}
	for _, query := range []string{"SELECT 1", "SELECT 1 FROM rum.rum_events_local AS e", "SELECT 1 FROM a.rum_events AS e, 2 FROM b.rum_events AS e"} {
		_, err := overPart(query, "rum_events", p)
		require.Equal(t, failure.DestinationRefused, failure.CodeOf(err), query)
	}
}

// What keeps a cluster to one copy is in the settings, and a single server is not sent what it may not know.
func TestSettingsOfEachTopology(t *testing.T) {
	writer := func(kind topology.Kind) *Writer {
		return New(connection.Of(nil), topology.Topology{Kind: kind, Cluster: "c"})
	}
	ofACluster := []string{"distributed_foreground_insert", "insert_shard_id", "parallel_distributed_insert_select"}
	for _, kind := range []topology.Kind{"", topology.Single, topology.Cloud} {
		w := writer(kind)
		for _, setting := range ofACluster {
			require.NotContains(t, w.inserting("t"), setting)
			require.NotContains(t, w.counting("t"), setting)
		}
		require.Equal(t, 1, w.looking()["select_sequential_consistency"])
	}
	cluster := writer(topology.Replicated)
	require.Equal(t, "t", cluster.inserting("t")["insert_deduplication_token"])
	require.Equal(t, 1, cluster.inserting("t")["distributed_foreground_insert"])
	require.NotContains(t, cluster.inserting("t"), "insert_shard_id", "the table's key says which shard it is")
	require.Equal(t, 1, cluster.counting("t")["insert_shard_id"])
	require.Equal(t, 0, cluster.counting("t")["parallel_distributed_insert_select"])
	require.NotContains(t, cluster.looking(), "select_sequential_consistency")
	require.Equal(t, 0, cluster.looking()["fallback_to_stale_replicas_for_distributed_queries"])
	// What a replica lacks that is asked is neither settled nor forgotten.
	require.Less(t, cluster.looking()["max_replica_delay_for_distributed_queries"], settleSeconds-insertSeconds)
}
