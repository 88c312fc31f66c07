package account_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/account"
)

// TestCheck: without every word of permission, nothing is done; and with a wrong account, whatever else is said.
func TestCheck(t *testing.T) {
	const mine, others = "111111111111", "222222222222"
	for name, c := range map[string]struct {
		change  map[string]string
		account string
		err     error
		want    error
		says    string
		asks    bool
	}{
		"all is in order":   {account: mine, asks: true},
		"no account named":  {change: map[string]string{account.EnvAccount: ""}, account: mine, want: account.ErrRefused, says: "RUMLINE_AWS_ACCOUNT is not set"},
		"no number":         {change: map[string]string{account.EnvAccount: "dev"}, account: "dev", want: account.ErrRefused, says: "12 digits"},
		"eleven digits":     {change: map[string]string{account.EnvAccount: "11111111111"}, account: "11111111111", want: account.ErrRefused, says: "12 digits"},
		"wrong account":     {account: others, want: account.ErrRefused, says: "lead to account 222222222222, and RUMLINE_AWS_ACCOUNT names 111111111111", asks: true},
		"no ClickHouse":     {change: map[string]string{account.EnvDSN: ""}, account: mine, want: account.ErrRefused, says: account.EnvDSN},
		"an emulator":       {change: map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"}, account: mine, want: account.ErrRefused, says: "AWS_ENDPOINT_URL is set"},
		"an emulator of S3": {change: map[string]string{"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:5000"}, account: mine, want: account.ErrRefused, says: "AWS_ENDPOINT_URL_S3 is set"},
		"no credentials":    {err: errors.New("no credentials"), want: account.ErrRefused, says: "no credentials", asks: true},
		"not confirmed":     {change: map[string]string{account.EnvConfirm: ""}, account: mine, want: account.ErrUnconfirmed, says: "CONFIRM=1", asks: true},
		"confirmed by yes":  {change: map[string]string{account.EnvConfirm: "yes"}, account: mine, want: account.ErrUnconfirmed, says: "CONFIRM=1", asks: true},
		"wrong account, not confirmed": {
			change: map[string]string{account.EnvConfirm: ""}, account: others, want: account.ErrRefused, says: others, asks: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{account.EnvAccount: mine, account.EnvDSN: "clickhouse://host/db", account.EnvConfirm: "1"}
			maps.Copy(env, c.change)
			asked := false
			err := account.Check(t.Context(), func(name string) string { return env[name] }, func(context.Context) (string, error) {
				asked = true
				return c.account, c.err
			})
			require.ErrorIs(t, err, c.want)
			if c.want != nil {
				require.ErrorContains(t, err, c.says)
			}
			require.Equal(t, c.asks, asked, "AWS is asked only when it matters")
		})
	}
}

func TestNewName(t *testing.T) {
	workspace, database := account.NewName()
	require.Regexp(t, `^dev-tftest-[0-9a-f]{6}$`, workspace)
	require.Regexp(t, `^rumline_dev_tftest_[0-9a-f]{6}$`, database)
	again, _ := account.NewName()
	require.NotEqual(t, workspace, again)
}

func TestAnnouncement(t *testing.T) {
	said := account.Announcement("111111111111", "dev-tftest-abcdef", "rumline_dev_tftest_abcdef")
	for _, part := range []string{"111111111111", "dev-tftest-abcdef", "rumline_dev_tftest_abcdef", "It destroys the workspace", "It costs about $"} {
		require.Contains(t, said, part)
	}
	require.Greater(t, account.Estimate(), 0.05)
	require.Less(t, account.Estimate(), 5.0)
}
