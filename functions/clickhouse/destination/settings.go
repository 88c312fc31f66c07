package destination

import "github.com/ClickHouse/clickhouse-go/v2"

// inserting are the settings of an insert under a deduplication token.
//
// On a cluster the insert goes to the table over all shards, by whichever server it is sent to, and is passed on to the
// shard that the table's key names. The key is made of what the token is made of, so an insert is one part of one shard
// there, too, and a repeat meets the shard's memory of its token. That is Keeper's, so it is the same for every replica.
func (w *Writer) inserting(token string) clickhouse.Settings {
	s := clickhouse.Settings{
		"insert_deduplicate":                                 1,
		"insert_deduplication_token":                         token,
		"deduplicate_blocks_in_dependent_materialized_views": 1,
		// A server that is set to collect inserts asynchronously would not deduplicate them by their token.
		"async_insert":       0,
		"max_execution_time": insertSeconds,
	}
	if w.topology.Replicated() {
		s["distributed_foreground_insert"] = 1 // acknowledged by the shard, and not by who is to pass it on
	}
	return s
}

// counting are those of an insert of counts that a part lacks. On a cluster they go to the first shard: the rollup adds up
// over the shards, and a repeat has to meet the same memory.
func (w *Writer) counting(token string) clickhouse.Settings {
	s := w.inserting(token)
	if w.topology.Replicated() {
		s["insert_shard_id"] = 1
		s["parallel_distributed_insert_select"] = 0 // one row of all says which insert was counted, and not one a shard
	}
	return s
}

// looking are those of a question what is there. The replica that answers must have what another one took: events that it does
// not see would be inserted again, once their token is forgotten, and counts that it does not see would be counted again.
//
// In the cloud it asks Keeper. On a cluster of one's own that would see only what was inserted with a quorum, one insert at
// a time (insert_quorum_parallel = 0). There, a replica that lags more than some seconds behind is not asked, and when
// there is no other the question fails. What the others do not have yet is younger than that: its token is not
// forgotten, and its insert not settled.
func (w *Writer) looking() clickhouse.Settings {
	if !w.topology.Replicated() {
		return clickhouse.Settings{"select_sequential_consistency": 1}
	}
	return clickhouse.Settings{
		"max_replica_delay_for_distributed_queries":          lagSeconds,
		"fallback_to_stale_replicas_for_distributed_queries": 0,
		"skip_unavailable_shards":                            0,
	}
}
