package connection_test

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/shared/failure"
)

// rotating is a Secrets Manager whose secret has one value after the other; the last stays.
type rotating struct {
	values []string
	reads  int
}

func (r *rotating) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	value := r.values[min(r.reads, len(r.values)-1)]
	r.reads++
	if value == "" {
		return nil, errors.New("throttled")
	}
	return &secretsmanager.GetSecretValueOutput{SecretString: &value}, nil
}

func withPassword(t *testing.T, p string) string {
	t.Helper()
	return clickhousetest.DSN(t, func(dsn *url.URL) { dsn.User, dsn.Path = url.UserPassword(clickhousetest.User, p), "/default" })
}

func TestAChangedSecretIsReadAgain(t *testing.T) {
	r := &rotating{values: []string{withPassword(t, "of-yesterday"), withPassword(t, clickhousetest.Password)}}
	s := open(t, connection.Config{DSNSecret: "arn"}, r)
	require.Equal(t, 1, r.reads)
	for range 3 {
		require.NoError(t, ask(t.Context(), t, s))
		require.Equal(t, 2, r.reads, "it is read when the server refuses, and not before every call")
	}
}

func TestASecretThatDoesNotHelp(t *testing.T) {
	wrong, wrongToo := withPassword(t, "of-yesterday"), withPassword(t, "of-the-day-before")
	for name, test := range map[string]struct {
		values []string
		reads  int
		says   string
	}{
		"is the same":      {[]string{wrong}, 2, "516"},
		"is wrong again":   {[]string{wrong, wrongToo}, 2, "516"},
		"is not to be had": {[]string{wrong, ""}, 2, "throttled"},
		"is no DSN":        {[]string{wrong, "nonsense"}, 2, "no ClickHouse DSN"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &rotating{values: test.values}
			err := ask(t.Context(), t, open(t, connection.Config{DSNSecret: "arn"}, r))
			require.Equal(t, failure.DestinationRefused, connection.CodeOf(err), "%v", err)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "yesterday")
			require.Equal(t, test.reads, r.reads)
		})
	}
	// A DSN of the environment is all that there is.
	err := ask(t.Context(), t, open(t, connection.Config{DSN: connection.DSN(wrong)}, nil))
	require.ErrorContains(t, err, "516")
}
