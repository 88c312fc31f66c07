package connection_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/connection"
)

const (
	password = "hunter2"
	dsn      = "http://rumline:" + password + "@ch.example:8123/rum"
)

// secrets answers every request with one value.
type secrets struct {
	value *string
	err   error
	asked *string
}

func (s *secrets) GetSecretValue(_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	s.asked = in.SecretId
	return &secretsmanager.GetSecretValueOutput{SecretString: s.value}, s.err
}

func TestOptions(t *testing.T) {
	for name, test := range map[string]struct {
		config  connection.Config
		secrets *secrets
		wrong   string
	}{
		"dsn":              {config: connection.Config{DSN: dsn}},
		"secret":           {config: connection.Config{DSNSecret: "arn"}, secrets: &secrets{value: new(dsn)}},
		"neither":          {wrong: "RUMLINE_CLICKHOUSE_DSN_SECRET"},
		"both":             {config: connection.Config{DSN: dsn, DSNSecret: "arn"}, wrong: "both set"},
		"no such secret":   {config: connection.Config{DSNSecret: "arn"}, secrets: &secrets{err: errors.New("not found")}, wrong: "RUMLINE_CLICKHOUSE_DSN_SECRET: not found"},
		"binary secret":    {config: connection.Config{DSNSecret: "arn"}, secrets: &secrets{}, wrong: "RUMLINE_CLICKHOUSE_DSN_SECRET has no string"},
		"empty secret":     {config: connection.Config{DSNSecret: "arn"}, secrets: &secrets{value: new("")}, wrong: "RUMLINE_CLICKHOUSE_DSN_SECRET has no string"},
		"bad dsn":          {config: connection.Config{DSN: "http://u:" + password + "%zz@h/d"}, wrong: "RUMLINE_CLICKHOUSE_DSN is no ClickHouse DSN"},
		"no dsn":           {config: connection.Config{DSN: password}, wrong: "RUMLINE_CLICKHOUSE_DSN is no ClickHouse DSN"},
		"https, no secure": {config: connection.Config{DSN: "https://u:" + password + "@h/d"}, wrong: "?secure=true"},
		"bad secret":       {config: connection.Config{DSNSecret: "arn"}, secrets: &secrets{value: new(password)}, wrong: "secret of RUMLINE_CLICKHOUSE_DSN_SECRET is no ClickHouse DSN"},
	} {
		t.Run(name, func(t *testing.T) {
			options, err := test.config.Options(t.Context(), test.secrets)
			if test.wrong != "" {
				require.ErrorContains(t, err, test.wrong)
				require.NotContains(t, err.Error(), password)
				return
			}
			require.NoError(t, err)
			require.Equal(t, clickhouse.HTTP, options.Protocol)
			require.Equal(t, clickhouse.Auth{Database: "rum", Username: "rumline", Password: password}, options.Auth)
			require.Positive(t, options.DialTimeout)
			require.Positive(t, options.ReadTimeout)
			require.Equal(t, clickhouse.CompressionLZ4, options.Compression.Method)
			if test.secrets != nil {
				require.Equal(t, test.config.DSNSecret, *test.secrets.asked)
			}
		})
	}
}

func TestWhatTheDSNSaysIsKept(t *testing.T) {
	options, err := connection.Config{DSN: "clickhouse://u:p@h:9000/d?dial_timeout=3s&read_timeout=4s&compress=zstd&max_open_conns=7"}.Options(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, clickhouse.Native, options.Protocol)
	require.Equal(t, 3*time.Second, options.DialTimeout)
	require.Equal(t, 4*time.Second, options.ReadTimeout)
	require.Equal(t, clickhouse.CompressionZSTD, options.Compression.Method)
	require.Equal(t, 7, options.MaxOpenConns)
}

func TestDSNDoesNotPrint(t *testing.T) {
	c := connection.Config{DSN: dsn}
	asJSON, err := json.Marshal(c)
	require.NoError(t, err)
	for _, printed := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q", c, c, c.DSN, c.DSN), string(asJSON)} {
		require.NotContains(t, printed, password)
	}
}
