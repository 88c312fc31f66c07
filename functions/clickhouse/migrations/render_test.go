package migrations_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/migrations"
	"github.com/rumline/rumline/functions/clickhouse/topology"
)

var update = flag.Bool("update", false, "write the golden files of new migrations")

// schema is that of the database rum, of a kind of server that is not there.
func schema(kind topology.Kind) migrations.Schema {
	s := migrations.Schema{
		Server:   &clickhouse.Options{Auth: clickhouse.Auth{Database: "rum"}},
		Topology: topology.Topology{Kind: kind},
	}
	if kind == topology.Replicated {
		s.Topology.Cluster = "rum_cluster"
	}
	return s
}

// What was released for a single server has been applied by now: a migration is not another one because others are told
// it in other words.
func TestReleasedMigrationsAreNeverChanged(t *testing.T) {
	for name, want := range map[string]string{
		"00001_rum_events.sql":    "e63979461f8726bb1d6207f30692936cbcad8acbddb9a4a631ff3d92e680717a",
		"00002_rum_vitals_1m.sql": "a00c8374f309d3a0f203fa6bdaa77a44b8db5112f3a60e97fafabd1811a7e588",
		"00003_rum_vitals.sql":    "bff0fce7f165324165c82d0090a6f38c9e496f4c99e7a0419e3e681a5e14af88",
	} {
		text, err := fs.ReadFile(schema(topology.Single).Files(), name)
		require.NoError(t, err)
		sum := sha256.Sum256(text)
		require.Equal(t, want, hex.EncodeToString(sum[:]), name)
	}
}

func TestMigrationsOfEachTopology(t *testing.T) {
	for kind, golden := range map[topology.Kind]string{
		topology.Single:     "single",
		topology.Cloud:      "single", // it is told the same, and makes its own of it
		topology.Replicated: "replicated",
	} {
		files := schema(kind).Files()
		names, err := fs.Glob(files, "*.sql")
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			t.Run(string(kind)+"/"+name, func(t *testing.T) {
				got, err := fs.ReadFile(files, name)
				require.NoError(t, err)
				path := filepath.Join("testdata", golden, name)
				if *update {
					require.NoError(t, os.WriteFile(path, got, 0o600))
				}
				want, err := os.ReadFile(path)
				require.NoError(t, err, "go test -update writes it")
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("- %s, + what is applied:\n%s", path, diff)
				}
			})
		}
	}
}

// The engine's own parser reads every statement of every topology, and sees the clauses that make it the topology's.
func TestTheEngineParsesEveryStatement(t *testing.T) {
	conn := clickhousetest.Open(t, clickhousetest.Migrated(t))
	for _, kind := range []topology.Kind{topology.Single, topology.Cloud, topology.Replicated} {
		s := schema(kind)
		all := statements(t, s.Files())
		if kind == topology.Replicated {
			all = append(all, s.Preparations()...)
			all = append(all, strings.Split(s.Alter("rum_events", "ADD COLUMN IF NOT EXISTS new UInt8 COMMENT 'new' CODEC(ZSTD(1)) AFTER extra"), ";\n")...)
		}
		for _, statement := range all {
			parsed := clickhousetest.Scalar[string](t, conn, "SELECT formatQuerySingleLine($1)", statement)
			onCluster := strings.Contains(parsed, " ON CLUSTER rum_cluster ") || strings.HasSuffix(parsed, " ON CLUSTER rum_cluster")
			require.Equal(t, kind == topology.Replicated, onCluster, parsed)
			if engine := regexp.MustCompile(`ENGINE = (\w+)`).FindStringSubmatch(parsed); engine != nil {
				ofACluster := strings.HasPrefix(engine[1], "Replicated") || engine[1] == "Distributed"
				require.Equal(t, kind == topology.Replicated, ofACluster, engine[1])
			}
		}
		require.GreaterOrEqual(t, len(all), 4)
	}
	require.Equal(t, "ALTER TABLE rum_events DROP COLUMN old", schema(topology.Single).Alter("rum_events", "DROP COLUMN old"))
}

// statements are those of all migrations, without comments.
func statements(t *testing.T, files fs.FS) (all []string) {
	t.Helper()
	names, err := fs.Glob(files, "*.sql")
	require.NoError(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		require.NoError(t, err)
		plain := regexp.MustCompile(`(?m)^\s*--.*$`).ReplaceAllString(string(text), "")
		for statement := range strings.SplitSeq(plain, ";\n") {
			if statement = strings.TrimSpace(statement); statement != "" {
				all = append(all, statement)
			}
		}
	}
	return all
}
