// Package topology says how the ClickHouse that events go to is made up, which is all that the schema, the connection
// and the writer need to know of it.
package topology

import (
	"errors"
	"fmt"
	"regexp"
)

// Kind is one of the ways in which ClickHouse is run.
type Kind string

// The kinds of ClickHouse.
const (
	// Single is one server, whose tables are its own.
	Single Kind = "single"
	// Replicated is a cluster of one's own: shards of replicas, which Keeper ties together.
	Replicated Kind = "replicated"
	// Cloud is ClickHouse Cloud: the service makes SharedMergeTree of MergeTree, and there is no cluster that a statement
	// would have to name.
	Cloud Kind = "cloud"
)

// Topology is what the environment says of the server. The zero value is a single server.
type Topology struct {
	Kind Kind `env:"RUMLINE_CLICKHOUSE_TOPOLOGY" envDefault:"single"`
	// Cluster is the name of a replicated server's cluster, as system.clusters lists it, or a macro such as {cluster}.
	Cluster string `env:"RUMLINE_CLICKHOUSE_CLUSTER"`
}

// clusterName keeps what is put into statements to what needs no escape there.
var clusterName = regexp.MustCompile(`^[\p{L}\p{N}_.{}-]+$`)

// Check says what is wrong, naming the variable.
func (t Topology) Check() error {
	switch t.Kind {
	case "", Single, Cloud:
		if t.Cluster != "" {
			return fmt.Errorf("RUMLINE_CLICKHOUSE_CLUSTER is set, and RUMLINE_CLICKHOUSE_TOPOLOGY is %q, which has no cluster: "+
				"unset the one, or make the other %q", t.Kind, Replicated)
		}
		return nil
	case Replicated:
		switch {
		case t.Cluster == "":
			return errors.New(`RUMLINE_CLICKHOUSE_TOPOLOGY is "replicated": RUMLINE_CLICKHOUSE_CLUSTER must name the cluster, as system.clusters lists it`)
		case !clusterName.MatchString(t.Cluster):
			return fmt.Errorf("RUMLINE_CLICKHOUSE_CLUSTER is %q: the name of a cluster has letters, digits and _ . - { } only", t.Cluster)
		}
		return nil
	default:
		return fmt.Errorf("RUMLINE_CLICKHOUSE_TOPOLOGY is %q: it must be %q, %q or %q", t.Kind, Single, Replicated, Cloud)
	}
}

// Replicated says whether the tables are those of a cluster: each shard has its own, and one over them all has their name.
func (t Topology) Replicated() bool { return t.Kind == Replicated }

// Local is the name of the table that holds the rows of a table, or of a shard's part of it.
func (t Topology) Local(table string) string {
	if t.Replicated() {
		return table + "_local"
	}
	return table
}
