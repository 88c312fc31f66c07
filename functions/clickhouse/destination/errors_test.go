package destination_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/shared/failure"
)

// What a real engine refuses.
func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		arrange func(*testing.T, *clickhouse.Options)
		says    string
	}{
		"no table": {says: "code: 60", arrange: func(t *testing.T, o *clickhouse.Options) {
			require.NoError(t, clickhousetest.Open(t, o).Exec(t.Context(), "DROP TABLE rum_events"))
		}},
		"no column": {says: "code: 16", arrange: func(t *testing.T, o *clickhouse.Options) {
			require.NoError(t, clickhousetest.Open(t, o).Exec(t.Context(), "ALTER TABLE rum_events DROP COLUMN extra"))
		}},
		"no database": {says: "code: 81", arrange: func(t *testing.T, o *clickhouse.Options) {
			require.NoError(t, clickhousetest.Open(t, o).Exec(t.Context(), "DROP DATABASE "+o.Auth.Database))
		}},
		"a constraint": {says: "code: 469", arrange: func(t *testing.T, o *clickhouse.Options) {
			require.NoError(t, clickhousetest.Open(t, o).Exec(t.Context(), "ALTER TABLE rum_events ADD CONSTRAINT c CHECK site_id = 'other'"))
		}},
		"wrong password": {says: "code: 516", arrange: func(_ *testing.T, o *clickhouse.Options) { o.Auth.Password = "not-" + clickhousetest.Password }},
		"unknown user":   {says: "code: 516", arrange: func(_ *testing.T, o *clickhouse.Options) { o.Auth.Username = "nobody" }},
	} {
		t.Run(name, func(t *testing.T) {
			options := clickhousetest.Migrated(t)
			test.arrange(t, options)
			err := write(t.Context(), t, options)
			require.Equal(t, failure.DestinationRefused, failure.CodeOf(err), "%v", err)
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, batchID(1))
			require.NotContains(t, err.Error(), clickhousetest.Password)
		})
	}
}

// What a real engine cannot take now.
func TestTooManyParts(t *testing.T) {
	options := clickhousetest.Migrated(t)
	conn := clickhousetest.Open(t, options)
	require.NoError(t, conn.Exec(t.Context(), "SYSTEM STOP MERGES rum_events"))
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE rum_events MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1"))
	w := newWriter(conn)
	require.NoError(t, w.Write(t.Context(), batch(batchID(1), block(t, event(t, day0, nil)))))
	err := w.Write(t.Context(), batch(batchID(2), block(t, event(t, day0, nil))))
	require.Equal(t, failure.DestinationUnavailable, failure.CodeOf(err), "%v", err)
	require.ErrorContains(t, err, "code: 252")
}

// The server's codes, as they come over HTTP.
func TestCodes(t *testing.T) {
	for code, want := range map[int]failure.Code{
		16: failure.DestinationRefused, 44: failure.DestinationRefused, 47: failure.DestinationRefused, 53: failure.DestinationRefused,
		60: failure.DestinationRefused, 62: failure.DestinationRefused, 81: failure.DestinationRefused, 115: failure.DestinationRefused,
		192: failure.DestinationRefused, 193: failure.DestinationRefused, 452: failure.DestinationRefused, 469: failure.DestinationRefused,
		497: failure.DestinationRefused, 516: failure.DestinationRefused,
		// overloaded, out of memory, slow, starting, lost, and a code that nobody knows
		159: failure.DestinationUnavailable, 201: failure.DestinationUnavailable, 202: failure.DestinationUnavailable,
		209: failure.DestinationUnavailable, 210: failure.DestinationUnavailable, 236: failure.DestinationUnavailable,
		241: failure.DestinationUnavailable, 242: failure.DestinationUnavailable, 243: failure.DestinationUnavailable,
		252: failure.DestinationUnavailable, 319: failure.DestinationUnavailable, 425: failure.DestinationUnavailable,
		999: failure.DestinationUnavailable, 1002: failure.DestinationUnavailable, 31999: failure.DestinationUnavailable,
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			err := write(t.Context(), t, answering(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-ClickHouse-Exception-Code", fmt.Sprint(code))
				w.WriteHeader(http.StatusInternalServerError)
				fmt.Fprintf(w, "Code: %d. DB::Exception: no. (NO) (version 26.7)", code)
			}))
			require.Equal(t, want, failure.CodeOf(err), "%v", err)
			require.ErrorContains(t, err, fmt.Sprintf("code: %d,", code))
		})
	}
}

// What stands between the function and the server.
func TestNetwork(t *testing.T) {
	status := func(code int) func(*testing.T) *clickhouse.Options {
		return func(t *testing.T) *clickhouse.Options {
			return answering(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "proxy", code) })
		}
	}
	for name, test := range map[string]struct {
		options func(*testing.T) *clickhouse.Options
		want    failure.Code
	}{
		"nobody listens":    {nobody(clickhouse.HTTP), failure.DestinationUnavailable},
		"nobody, native":    {nobody(clickhouse.Native), failure.DestinationUnavailable},
		"connection closed": {hangsUp, failure.DestinationUnavailable},
		"proxy: no backend": {status(http.StatusServiceUnavailable), failure.DestinationUnavailable},
		"proxy: forbidden":  {status(http.StatusForbidden), failure.DestinationRefused},
	} {
		t.Run(name, func(t *testing.T) {
			err := write(t.Context(), t, test.options(t))
			require.Equal(t, test.want, failure.CodeOf(err), "%v", err)
			require.NotContains(t, err.Error(), clickhousetest.Password)
		})
	}
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var requests atomic.Int32
	err := write(ctx, t, answering(t, func(_ http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // a server sees that its client has gone once the request is read
		cancel()
		<-r.Context().Done()
	}))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, failure.DestinationUnavailable, failure.CodeOf(err))
	require.Equal(t, int32(1), requests.Load(), "nothing is tried again")
}

// A connection that was kept from before and is dead by now costs nothing but another try.
func TestConnectionThatBrokeIsReplaced(t *testing.T) {
	options := clickhousetest.Migrated(t)
	var inserts atomic.Int32
	options.TransportFunc = func(transport *http.Transport) (http.RoundTripper, error) {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.URL.Query().Get("query"), "INSERT") && inserts.Add(1) == 1 {
				return nil, net.ErrClosed
			}
			return transport.RoundTrip(r)
		}), nil
	}
	require.NoError(t, write(t.Context(), t, options))
	require.Equal(t, int32(2), inserts.Load())
	require.Equal(t, uint64(1), clickhousetest.Scalar[uint64](t, clickhousetest.Open(t, options), "SELECT count() FROM rum_events"))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func write(ctx context.Context, t *testing.T, options *clickhouse.Options) error {
	t.Helper()
	conn := clickhousetest.Open(t, options)
	return newWriter(conn).Write(ctx, batch(batchID(1), block(t, event(t, day0, nil))))
}

// answering returns the options of a server that answers every request the same way.
func answering(t *testing.T, answer http.HandlerFunc) *clickhouse.Options {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return optionsFor(s.Listener.Addr().String(), clickhouse.HTTP)
}

func nobody(p clickhouse.Protocol) func(*testing.T) *clickhouse.Options {
	return func(t *testing.T) *clickhouse.Options {
		t.Helper()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, l.Close())
		return optionsFor(l.Addr().String(), p)
	}
}

func hangsUp(t *testing.T) *clickhouse.Options {
	t.Helper()
	return answering(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

func optionsFor(address string, p clickhouse.Protocol) *clickhouse.Options {
	return &clickhouse.Options{
		Protocol: p, Addr: []string{address},
		Auth: clickhouse.Auth{Database: "default", Username: clickhousetest.User, Password: clickhousetest.Password},
	}
}
