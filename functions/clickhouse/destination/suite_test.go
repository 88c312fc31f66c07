package destination_test

import (
	"net/http"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/delivery/deliverytest"
	"github.com/rumline/rumline/shared/rum/rumtest"
	"github.com/rumline/rumline/tests/roundtrip"
)

func TestDelivery(t *testing.T) {
	deliverytest.Run(t, deliverytest.Harness{
		New: func(tb testing.TB) deliverytest.Subject {
			options := clickhousetest.Migrated(tb)
			conn := clickhousetest.Open(tb, options)
			faults := new(deliverytest.Faults)
			faulty := *options
			faulty.TransportFunc = func(transport *http.Transport) (http.RoundTripper, error) {
				return faultyTransport{transport, faults}, nil
			}
			return deliverytest.Subject{
				Destination: newWriter(clickhousetest.Open(tb, &faulty)),
				ReadBack:    func(tb testing.TB) []rumtest.Row { return readBack(tb, conn) },
				Faults:      faults,
				Forget:      func(tb testing.TB) { forget(tb, conn) },
			}
		},
		Discarding: func(tb testing.TB) delivery.Destination {
			return newWriter(clickhousetest.Open(tb, clickhousetest.Migrated(tb))) // the memory is another process's
		},
	})
}

// readBack returns the events, and holds the rollup to them: it counts each once, too.
func readBack(tb testing.TB, conn driver.Conn) (all []rumtest.Row) {
	tb.Helper()
	for row, err := range roundtrip.ClickHouse(tb.Context(), conn) {
		require.NoError(tb, err)
		all = append(all, row)
	}
	require.Equal(tb, uint64(len(all)), clickhousetest.Scalar[uint64](tb, conn, "SELECT sum(events) FROM rum_vitals_1m"), "the rollup")
	return all
}

// forget has the server forget the tokens that it has seen.
func forget(tb testing.TB, conn driver.Conn) {
	tb.Helper()
	for _, table := range []string{"rum_events", "rum_vitals_1m"} {
		for _, window := range []string{"0", "100000"} {
			require.NoError(tb, conn.Exec(tb.Context(), "ALTER TABLE "+table+" MODIFY SETTING non_replicated_deduplication_window = "+window))
		}
	}
}

// faultyTransport is a connection to the server that breaks when the faults say so.
type faultyTransport struct {
	http.RoundTripper
	faults *deliverytest.Faults
}

// RoundTrip implements http.RoundTripper.
func (f faultyTransport) RoundTrip(request *http.Request) (response *http.Response, err error) {
	err = f.faults.Do(func() error {
		response, err = f.RoundTripper.RoundTrip(request)
		return err
	})
	if err != nil && response != nil {
		response.Body.Close()
		response = nil
	}
	return response, err
}
