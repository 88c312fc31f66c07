package connection_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/connection"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Run(m)) }

// authority is a CA of the test's own.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	pem  string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA of " + t.Name()}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return authority{key, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

// server is the TLS configuration of a server on this machine whose certificate the CA has signed.
func (a authority) server(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "clickhouse"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	require.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// front is a proxy of its own before ClickHouse, by TLS when there is a configuration.
func front(t *testing.T, config *tls.Config) *httptest.Server {
	t.Helper()
	behind, err := url.Parse(clickhousetest.DSN(t, nil))
	require.NoError(t, err)
	proxy := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: behind.Host})
	}})
	proxy.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of clients that do not trust it, which is what they are to do
	if proxy.TLS = config; config != nil {
		proxy.StartTLS()
	} else {
		proxy.Start()
	}
	t.Cleanup(proxy.Close)
	return proxy
}

// dsnAt is the DSN of ClickHouse at other addresses.
func dsnAt(t *testing.T, scheme, query string, addresses ...string) connection.DSN {
	t.Helper()
	return connection.DSN(clickhousetest.DSN(t, func(dsn *url.URL) {
		dsn.Scheme, dsn.Path, dsn.RawQuery = scheme, "/default", query
		dsn.Host = addresses[0]
		for _, more := range addresses[1:] {
			dsn.Host += "," + more
		}
	}))
}

// silent is the address of a host that takes connections and never answers.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l.Addr().String()
}

// down is the address of a host where nobody listens.
func down(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// ask has a server calculate.
func ask(ctx context.Context, t *testing.T, s *connection.Server) error {
	t.Helper()
	return s.Do(ctx, func(conn driver.Conn) error {
		var answer uint16
		if err := conn.QueryRow(ctx, "SELECT toUInt16(6 * 7)").Scan(&answer); err != nil {
			return fmt.Errorf("ask: %w", err)
		}
		require.Equal(t, uint16(42), answer)
		return nil
	})
}

func open(t *testing.T, c connection.Config, s connection.Secrets) *connection.Server {
	t.Helper()
	opened, err := c.Open(t.Context(), s)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, opened.Close()) })
	return opened
}
