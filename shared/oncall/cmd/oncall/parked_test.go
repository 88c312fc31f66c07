package main

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

func park(t *testing.T, a *account, destination, id, body string) {
	t.Helper()
	err := replay.NewParking(a.s3, a.QuarantineBucket, a.ParkedPrefix, destination).Park(t.Context(), replay.Letter{
		Message: types.Message{MessageId: &id, Body: &body}, Code: failure.ObjectMissing, Error: "it is not there", SentAt: now.Add(-time.Hour),
	})
	require.NoError(t, err)
}

func TestParked(t *testing.T) {
	a := newAccount(t, "dev")
	out, code := a.oncall("dlq-parked", "-env", "dev", "-dest", "json")
	require.Equal(t, 0, code)
	require.Equal(t, "nothing is parked\n", out)
	park(t, a, "json", "p1", "one")
	park(t, a, "json", "p2", "two")
	park(t, a, "clickhouse", "p3", "three")
	out, _ = a.oncall("dlq-parked", "-env", "dev", "-dest", "json")
	// When it was parked is the store's business.
	require.Regexp(t, `(?m)^│ p1 +│ object_missing │ it is not there │ +│ 2026-11-23 20:00:30Z \(1 h ago\) │ .+ │$`, out)
	require.Contains(t, out, "p2")
	require.NotContains(t, out, "p3")
	out, _ = a.oncall("dlq-parked", "-env", "dev", "-dest", "json", "-json", "-limit", "1")
	all := decode[[]parkedMessage](t, out)
	require.Len(t, all, 1)
	require.Equal(t, "one", all[0].Body)
	require.NotZero(t, all[0].ParkedAt)
	require.Contains(t, a.notes.String(), "more than 1")
}

func TestUnpark(t *testing.T) {
	a := newAccount(t, "dev")
	for _, id := range []string{"p1", "p2", "p3"} {
		park(t, a, "json", id, "body of "+id)
	}
	queue := a.Destinations["json"].QueueURL
	_, code := a.oncall("dlq-unpark", "-env", "dev", "-dest", "json", "p1", "p9")
	require.Equal(t, 1, code)
	require.Contains(t, a.notes.String(), "nothing is parked as p9: nothing was sent")
	require.Empty(t, a.queues.all[queue])

	out, code := a.oncall("dlq-unpark", "-env", "dev", "-dest", "json", "-json", "p2")
	require.Equal(t, 0, code)
	require.Equal(t, []string{"p2"}, decode[unparked](t, out).Messages)
	require.Equal(t, []string{"body of p2"}, a.queues.bodies(queue))

	a.queues.refuse = 3
	_, code = a.oncall("dlq-unpark", "-env", "dev", "-dest", "json", "-all")
	require.Equal(t, 1, code)
	out, _ = a.oncall("dlq-parked", "-env", "dev", "-dest", "json", "-json")
	left := decode[[]parkedMessage](t, out)
	require.Len(t, left, 1, "what was not sent is still there")
	require.Equal(t, "p3", left[0].ID)
}
