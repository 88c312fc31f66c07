package connection_test

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/failure"
)

func TestHTTPS(t *testing.T) {
	ours, others := newAuthority(t), newAuthority(t)
	dsn := dsnAt(t, "https", "secure=true", front(t, ours.server(t)).Listener.Addr().String())
	object, err := json.Marshal(map[string]string{"dsn": string(dsn), "ca": ours.pem})
	require.NoError(t, err)
	for name, test := range map[string]struct {
		config connection.Config
		secret string
		wrong  string
	}{
		"CA of the environment":  {config: connection.Config{DSN: dsn, CA: ours.pem}},
		"CA of the secret":       {config: connection.Config{DSNSecret: "arn"}, secret: string(object)},
		"the secret's before":    {config: connection.Config{DSNSecret: "arn", CA: others.pem}, secret: string(object)},
		"two CAs":                {config: connection.Config{DSN: dsn, CA: others.pem + ours.pem}},
		"cloud":                  {config: connection.Config{DSN: dsn, CA: ours.pem, Topology: topology.Topology{Kind: topology.Cloud}}},
		"another CA":             {config: connection.Config{DSN: dsn, CA: others.pem}, wrong: "unknown authority"},
		"the CAs of the system":  {config: connection.Config{DSN: dsn}, wrong: "unknown authority"},
		"a certificate for none": {config: connection.Config{DSN: dsn + "&tls_server_name=elsewhere", CA: ours.pem}, wrong: "wanted to match elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			err := ask(t.Context(), t, open(t, test.config, &secrets{value: &test.secret}))
			if test.wrong == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.wrong)
			require.NotContains(t, err.Error(), clickhousetest.Password)
		})
	}
}

func TestWhatTLSCannotDo(t *testing.T) {
	ca := newAuthority(t).pem
	plain, secure := dsnAt(t, "http", "", "h:8123"), dsnAt(t, "https", "secure=true", "h:8443")
	for name, test := range map[string]struct {
		config connection.Config
		secret string
		wrong  string
	}{
		"a CA and no TLS":  {config: connection.Config{DSN: plain, CA: ca}, wrong: "RUMLINE_CLICKHOUSE_DSN asks for no TLS"},
		"cloud and no TLS": {config: connection.Config{DSN: plain, Topology: topology.Topology{Kind: topology.Cloud}}, wrong: "asks for no TLS"},
		"no CA":            {config: connection.Config{DSN: secure, CA: "AAAA"}, wrong: "no certificate in PEM"},
		"half an object":   {config: connection.Config{DSNSecret: "arn"}, secret: `{"dsn": "` + string(secure) + `"`, wrong: `"dsn"`},
		"another object":   {config: connection.Config{DSNSecret: "arn"}, secret: `{"password": "` + clickhousetest.Password + `"}`, wrong: `"dsn"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.config.Open(t.Context(), &secrets{value: &test.secret})
			require.ErrorContains(t, err, test.wrong)
			require.NotContains(t, err.Error(), clickhousetest.Password)
		})
	}
}

// By the native protocol, too, the server is known by its certificate before it is told the password. The engine of the tests
// does not speak it, so this server reads the hello and refuses it, as a real one does whose password is another.
func TestNativeTLS(t *testing.T) {
	ours, others := newAuthority(t), newAuthority(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", ours.server(t))
	require.NoError(t, err)
	hellos := make(chan []string, 8)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go refuse(conn, hellos)
		}
	}()
	t.Cleanup(func() { require.NoError(t, l.Close()) })

	dsn := dsnAt(t, "clickhouse", "secure=true", l.Addr().String())
	err = ask(t.Context(), t, open(t, connection.Config{DSN: dsn, CA: others.pem}, nil))
	require.ErrorContains(t, err, "unknown authority")
	require.Empty(t, hellos, "nothing was said to who was not known")

	err = ask(t.Context(), t, open(t, connection.Config{DSN: dsn, CA: ours.pem}, nil))
	require.Equal(t, failure.DestinationRefused, connection.CodeOf(err), "%v", err)
	hello := <-hellos
	require.Contains(t, hello[0], "clickhouse-go/")
	require.Equal(t, []string{"default", clickhousetest.User, clickhousetest.Password}, hello[1:])
}

// refuse reads a client's hello (github.com/ClickHouse/ClickHouse, src/Client/Connection.cpp) and answers with an exception.
func refuse(conn net.Conn, hellos chan<- []string) {
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(time.Minute)) != nil {
		return
	}
	r := proto.NewReader(conn)
	var hello proto.ClientHello
	if code, err := r.UVarInt(); err != nil || code != uint64(proto.ClientCodeHello) || hello.Decode(r) != nil {
		return
	}
	hellos <- []string{hello.Name, hello.Database, hello.User, hello.Password}
	var b proto.Buffer
	b.PutByte(byte(proto.ServerCodeException))
	(&proto.Exception{Code: proto.ErrAuthenticationFailed, Name: "DB::Exception", Message: "DB::Exception: no"}).EncodeAware(&b, 0)
	_, _ = conn.Write(b.Buf)
}
