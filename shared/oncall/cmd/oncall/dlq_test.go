package main

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/deadletters"
)

func poisoned(t *testing.T) *account {
	a := newAccount(t, "dev")
	a.dead("m1", "rum/a", 3*time.Hour, failure.DestinationUnavailable, "connection refused")
	a.dead("m2", "rum/b", 30*time.Second, failure.DestinationUnavailable, "connection \x1b[31mreset")
	a.dead("m3", "rum/c", 20*24*time.Hour, "", "")
	a.dead("m4", "hello", 2*time.Hour, failure.MalformedMessage, "")
	return a
}

func TestDLQ(t *testing.T) {
	a := poisoned(t)
	out, code := a.oncall("dlq", "-env", "dev")
	require.Equal(t, 3, code)
	golden(t, "dlq", out)
	for _, m := range a.queues.all[a.Destinations["clickhouse"].DLQURL] {
		require.False(t, m.hidden, "shown again")
	}
	out, code = a.oncall("dlq", "-env", "dev", "-json", "-dest", "clickhouse")
	require.Equal(t, 3, code)
	surveys := decode[[]deadletters.Survey](t, out)
	require.Len(t, surveys, 1)
	require.EqualValues(t, 4, surveys[0].Visible)
	require.Len(t, surveys[0].Reasons, 3)

	out, code = a.oncall("dlq", "-env", "dev", "-dest", "json")
	require.Equal(t, 0, code, "nothing dead-lettered")
	require.Contains(t, out, "json → nothing: no message is dead-lettered")

	out, _ = a.oncall("dlq", "-env", "dev", "-dest", "clickhouse", "-sample", "2", "-json")
	require.Equal(t, 2, decode[[]deadletters.Survey](t, out)[0].Sampled)

	a.queues.broken = errors.New("down")
	_, code = a.oncall("dlq", "-env", "dev")
	require.Equal(t, 1, code)
}

func TestAdvice(t *testing.T) {
	for name, test := range map[string]struct {
		reasons []deadletters.Reason
		hidden  int64
		want    string
	}{
		"in hands":  {hidden: 3, want: "wait: the messages are in somebody's hands, such as a replay's: `status` shows running ones"},
		"transient": {reasons: []deadletters.Reason{{Code: failure.Internal, Messages: 2}, {Code: failure.ObjectMissing, Messages: 1, Hopeless: 1}}, want: "`replay`: it waits"},
		"hopeless":  {reasons: []deadletters.Reason{{Code: failure.MalformedMessage, Messages: 2, Hopeless: 2}}, want: "`replay`: it parks"},
		"to mend": {
			reasons: []deadletters.Reason{{Code: failure.Internal, Messages: 5}, {Code: failure.LedgerRefused, Messages: 1}},
			want:    "mend first what ledger_refused says (runbook: failure-ledger-refused.md), then `replay`",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := deadletters.Survey{Hidden: test.hidden, Reasons: test.reasons}
			for _, r := range test.reasons {
				s.Sampled += int(r.Messages)
			}
			s.Visible = int64(s.Sampled)
			require.Contains(t, deadletters.Advise(s, func(task string) string { return task }), test.want)
		})
	}
}

func TestShow(t *testing.T) {
	a := poisoned(t)
	out, code := a.oncall("dlq-show", "-env", "dev", "-dest", "clickhouse", "-body")
	require.Equal(t, 3, code)
	golden(t, "dlq-show", out)
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"code":   {[]string{"-code", "unknown,malformed_message"}, []string{"m3", "m4"}},
		"older":  {[]string{"-older", "150m"}, []string{"m3", "m1"}},
		"prefix": {[]string{"-prefix", "rum/b"}, []string{"m2"}},
		"limit":  {[]string{"-limit", "1"}, []string{"m3"}},
		"none":   {[]string{"-prefix", "rum/z"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := a.oncall(append([]string{"dlq-show", "-env", "dev", "-dest", "clickhouse", "-json"}, test.args...)...)
			var ids []string
			for _, l := range decode[[]letter](t, out) {
				ids = append(ids, l.ID)
			}
			require.Equal(t, test.want, ids)
			require.Equal(t, len(test.want) > 0, code == 3)
		})
	}
}
