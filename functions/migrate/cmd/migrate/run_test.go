package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Run(m)) }

func TestCommands(t *testing.T) {
	t.Setenv("RUMLINE_CLICKHOUSE_DSN", "")
	dsn := clickhousetest.DSN(t, nil)
	said := func(args ...string) string {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), dsn, args, &out))
		return out.String()
	}
	before := said("status")
	require.NotContains(t, before, "applied")
	applied := strings.ReplaceAll(before, "pending", "applied")
	require.Equal(t, applied, said("up"))
	require.Equal(t, "the schema is up to date\n", said("up"))
	require.Equal(t, applied, said("status"))
	require.Empty(t, said("keep", "30", "0"))
}

func TestWhatIsNoCommand(t *testing.T) {
	for _, args := range [][]string{{}, {"down"}, {"up", "now"}, {"keep", "1"}, {"keep", "1", "many"}} {
		require.Error(t, run(t.Context(), "http://u:p@127.0.0.1:1/d", args, new(bytes.Buffer)), "%v", args)
	}
	t.Setenv("RUMLINE_CLICKHOUSE_TOPOLOGY", "replicated")
	err := run(t.Context(), "http://u:p@127.0.0.1:1/d", []string{"up"}, new(bytes.Buffer))
	require.ErrorContains(t, err, "RUMLINE_CLICKHOUSE_CLUSTER")
}
