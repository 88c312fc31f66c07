package sink_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/destination"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/bench/sink"
)

func start(t *testing.T) (*sink.Sink, string) {
	t.Helper()
	s := &sink.Sink{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// TestWriter has the destination itself write to the sink.
func TestWriter(t *testing.T) {
	t.Parallel()
	s, address := start(t)
	config := connection.Config{DSN: connection.DSN(address + "/rum")}
	conn, err := config.Open(t.Context(), nil)
	require.NoError(t, err)
	defer conn.Close()
	block := laketest.Block(t, laketest.Volume(500, 1, 1)...)
	batch := delivery.NewBatch(strings.ReplaceAll(uuid.NewString(), "-", ""), func(yield func(delivery.Chunk, error) bool) {
		yield(delivery.Chunk{Events: block}, nil)
	})
	require.NoError(t, destination.New(conn, config.Topology).Write(t.Context(), batch))
	got := s.Take()
	require.EqualValues(t, 500, got.Rows)
	require.Positive(t, got.Inserts)
	require.Positive(t, got.Bytes)
	require.GreaterOrEqual(t, got.Columns, len(rum.Fields()))
	require.Zero(t, s.Take().Rows)
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	s, address := start(t)
	post := func(sql, body string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/?query="+url.QueryEscape(sql), strings.NewReader(body))
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		response.Body.Close()
		return response.StatusCode
	}
	require.Equal(t, http.StatusOK, post("INSERT INTO t FORMAT JSONEachRow", "{\"a\":1}\n{\"a\":2}\n"))
	require.EqualValues(t, 2, s.Take().Rows)
	require.Equal(t, http.StatusInternalServerError, post("INSERT INTO t FORMAT JSONEachRow", "{\"a\":1}\nno\n"))
	require.Equal(t, http.StatusInternalServerError, post("INSERT INTO t FORMAT Native", "\x01\x05\x01a\x06UInt64cut"))
	require.Equal(t, http.StatusInternalServerError, post("DROP TABLE t", ""))
	require.Zero(t, s.Take().Rows)
}
