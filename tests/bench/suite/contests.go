package suite

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/peers"
	"github.com/rumline/rumline/tests/bench/rig"
	"github.com/rumline/rumline/tests/bench/sink"
	"github.com/rumline/rumline/tests/local/clickhouse"
)

// The jobs.
const (
	parquetGzip    = "NDJSON.gz to sorted Parquet in zstd"
	parquetZstd    = "NDJSON.zst to sorted Parquet in zstd"
	clickhouseGzip = "NDJSON.gz into ClickHouse, the client's side"
	jsonGzip       = "NDJSON.gz to compressed NDJSON"
)

// newOthers makes ready what the peers need. Without peers it is nil.
func (s *Suite) newOthers(ctx context.Context) (*others, error) {
	if !s.Peers {
		return nil, nil //nolint:nilnil // there are none, and that is no error
	}
	o := &others{suite: s, ctx: ctx, sink: &sink.Sink{}}
	var err error
	if o.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	if o.node, err = peers.Node(ctx, s.Log); err != nil {
		return nil, err
	}
	o.http = httptest.NewServer(o.sink)
	return o, nil
}

// contests lists who does what.
func (s *Suite) contests(o *others, rigs map[string]*rig.Rig) ([]contest, error) {
	all := []contest{
		{parquetGzip, []contender{s.ours(rigs["parquet"], load.Gzip)}},
		{parquetZstd, []contender{s.ours(rigs["parquet"], load.Zstd)}},
		{clickhouseGzip, []contender{s.ours(rigs["clickhouse"], load.Gzip)}},
		{jsonGzip, []contender{s.ours(rigs["json"], load.Gzip)}},
	}
	if o == nil {
		return all, nil
	}
	add := func(c *contest, name string, job peers.Job, check func(string) (int, error), command ...string) error {
		one, err := o.peer(name, job, check, command...)
		c.contenders = append(c.contenders, one)
		return err
	}
	library, err := clickhouse.Library(o.ctx, s.Log)
	if err != nil {
		return nil, err
	}
	gz := s.paths[load.Gzip]
	out := func(name string) string { return filepath.Join(s.Dir, name+".parquet") }
	script := func(name string) string { return filepath.Join(o.node, name+".mjs") }
	for _, err := range []error{
		add(&all[0], duckDB, peers.Job{SQL: peers.DuckDBSQL(gz, out("duckdb")), Out: out("duckdb")}, parquetRows, "node", script("duckdb")),
		add(&all[0], chDB, peers.Job{SQL: peers.ClickHouseSQL(gz, out("chdb")), Out: out("chdb")}, parquetRows, o.self, "peer", "chdb", library),
		add(&all[0], naiveGo, peers.Job{In: gz}, parquetRows, o.self, "peer", "parquet"),
		add(&all[0], nodeJS, peers.Job{In: gz, Columns: peers.NodeColumns(), Sorted: peers.Sorted()}, parquetRows, "node", script("parquet")),
		add(&all[1], duckDB, peers.Job{SQL: peers.DuckDBSQL(s.paths[load.Zstd], out("duckdb-zst")), Out: out("duckdb-zst")}, parquetRows, "node", script("duckdb")),
		add(&all[2], naiveGo, peers.Job{In: gz, Sink: o.http.URL}, o.inserted, o.self, "peer", "clickhouse"),
		add(&all[2], nodeJS, peers.Job{In: gz, Sink: o.http.URL}, o.inserted, "node", script("clickhouse")),
		add(&all[2], noWriter, peers.Job{In: gz}, nil, o.self, "peer", "decode"),
		add(&all[3], naiveGo, peers.Job{In: gz}, nil, o.self, "peer", "json"),
		add(&all[3], nodeJS, peers.Job{In: gz}, nil, "node", script("json")),
	} {
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
