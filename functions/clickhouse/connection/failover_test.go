package connection_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/failure"
)

func TestTheFirstHostIsDown(t *testing.T) {
	second := front(t, nil).Listener.Addr().String()
	for name, first := range map[string]func(*testing.T) string{"refuses": down, "is silent": silent} {
		for _, strategy := range []string{"in_order", "round_robin", "random"} {
			t.Run(name+" "+strategy, func(t *testing.T) {
				dsn := dsnAt(t, "http", "dial_timeout=4s&connection_open_strategy="+strategy, first(t), second)
				require.NoError(t, ask(t.Context(), t, open(t, connection.Config{DSN: dsn}, nil)))
			})
		}
	}
}

// A host that dies with a request leaves it, and those after it, to the other.
func TestAHostDies(t *testing.T) {
	first, second := front(t, nil), front(t, nil)
	dsn := dsnAt(t, "http", "", first.Listener.Addr().String(), second.Listener.Addr().String())
	s := open(t, connection.Config{DSN: dsn}, nil)
	require.NoError(t, ask(t.Context(), t, s))

	tried := 0
	require.NoError(t, s.Do(t.Context(), func(conn driver.Conn) error {
		tried++
		if tried == 1 {
			first.CloseClientConnections()
			first.Close()
		}
		if err := conn.Exec(t.Context(), "SELECT 1"); err != nil {
			return fmt.Errorf("exec: %w", err)
		}
		return nil
	}))
	require.Equal(t, 2, tried)
	require.NoError(t, ask(t.Context(), t, s))

	second.CloseClientConnections()
	second.Close()
	err := ask(t.Context(), t, s)
	require.Equal(t, failure.DestinationUnavailable, connection.CodeOf(err))
	require.ErrorContains(t, err, first.Listener.Addr().String())
	require.ErrorContains(t, err, second.Listener.Addr().String())
}

// The deadline of an invocation comes before every timeout of the connection.
func TestTheDeadlineComesFirst(t *testing.T) {
	for _, scheme := range []string{"http", "clickhouse"} {
		t.Run(scheme, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			dsn := dsnAt(t, scheme, "dial_timeout=10m&read_timeout=10m", silent(t), silent(t))
			err := ask(ctx, t, open(t, connection.Config{DSN: dsn}, nil))
			// The socket has the same deadline as the context, and may notice it a moment before.
			require.True(t, errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded), "%v", err)
			<-ctx.Done()
			require.Equal(t, failure.DestinationUnavailable, connection.CodeOf(err))
		})
	}
}

func TestWhatTheTopologyAsksOfAConnection(t *testing.T) {
	cluster := topology.Topology{Kind: topology.Replicated, Cluster: "c"}
	options := func(query string, top topology.Topology) *clickhouse.Options {
		o, err := connection.Config{DSN: dsnAt(t, "https", "secure=true"+query, "a:8443", "b:8443"), Topology: top}.Options(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, []string{"a:8443", "b:8443"}, o.Addr)
		return o
	}
	single, sleeping := options("", topology.Topology{}), options("", topology.Topology{Kind: topology.Cloud})
	require.Greater(t, sleeping.DialTimeout, time.Minute, "a service that sleeps takes its time")
	require.Greater(t, sleeping.ReadTimeout, single.ReadTimeout)
	require.Equal(t, clickhouse.ConnOpenInOrder, single.ConnOpenStrategy)
	require.NotContains(t, single.Settings, "insert_quorum")
	require.NotContains(t, sleeping.Settings, "insert_quorum")

	replicated := options("", cluster)
	require.Equal(t, clickhouse.ConnOpenRandom, replicated.ConnOpenStrategy)
	require.Equal(t, "auto", replicated.Settings["insert_quorum"])

	said := options("&connection_open_strategy=in_order&insert_quorum=2", cluster)
	require.Equal(t, clickhouse.ConnOpenInOrder, said.ConnOpenStrategy)
	require.Equal(t, 2, said.Settings["insert_quorum"])
}
