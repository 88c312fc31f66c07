package migrations

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"text/template"

	"github.com/rumline/rumline/functions/clickhouse/topology"
)

// literal writes what stands between single quotes.
var literal = strings.NewReplacer(`\\`, `\\\\`, `'`, `\\'`)

// dialect is how the statements of a migration are said to a topology. Its methods are what the files may call between
// {{ and }}. For a single server, and in the cloud, they add nothing to a statement.
type dialect struct {
	topology.Topology
	database string
}

// OnCluster follows the name of the table or view that a statement is about, to take effect on every server.
func (d dialect) OnCluster() string {
	if !d.Replicated() {
		return ""
	}
	return fmt.Sprintf(" ON CLUSTER '%s'", d.Cluster)
}

// Engine is a table engine of the MergeTree family. Only a cluster of one's own has to be told that its tables are
// replicated; their place in Keeper and the replica's name there are the servers' defaults (default_replica_path, which
// has the table's UUID in it, and default_replica_name).
func (d dialect) Engine(name string) string {
	if !d.Replicated() {
		return name
	}
	return "Replicated" + name
}

// Distributed is the statement that makes the table over all shards, which takes its columns from the local one that the
// statement before it makes. The key says which shard a row goes to; a table that rows reach in another way has none.
func (d dialect) Distributed(table, key string) string {
	if !d.Replicated() {
		return ""
	}
	if key != "" {
		key = ", " + key
	}
	return fmt.Sprintf(";\n\nCREATE TABLE IF NOT EXISTS %s%s AS %s\nENGINE = Distributed('%s', '%s', '%[3]s'%[6]s)",
		table, d.OnCluster(), d.Local(table), d.Cluster, literal.Replace(d.database), key)
}

// Alter is a change of a table's columns: of a cluster's local tables first, and then of the one over them.
func (d dialect) Alter(table, change string) string {
	text := fmt.Sprintf("ALTER TABLE %s%s %s", d.Local(table), d.OnCluster(), change)
	if d.Replicated() {
		text += fmt.Sprintf(";\n\nALTER TABLE %s%s %s", table, d.OnCluster(), change)
	}
	return text
}

// createDatabase is the statement that makes the database.
func (d dialect) createDatabase() string {
	return "CREATE DATABASE IF NOT EXISTS `" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(d.database) + "`" + d.OnCluster()
}

// files are the migrations as a topology is told them.
type files struct{ dialect }

// Open implements fs.FS.
func (f files) Open(name string) (fs.File, error) {
	file, err := templates.Open(name)
	if err != nil || path.Ext(name) != ".sql" {
		return file, err //nolint:wrapcheck // it is a file system's error, as fs.FS wants it
	}
	parsed, err := template.ParseFS(templates, name)
	if err != nil {
		return nil, fmt.Errorf("reading migration %s: %w", name, err)
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, f.dialect); err != nil {
		return nil, fmt.Errorf("writing migration %s for a %s server: %w", name, f.Kind, err)
	}
	return rendered{file, &text}, nil
}

// rendered is a file whose template was executed.
type rendered struct {
	fs.File
	text *bytes.Buffer
}

// Read implements fs.File.
func (r rendered) Read(p []byte) (int, error) { return r.text.Read(p) } //nolint:wrapcheck // io.Reader asks for io.EOF itself
