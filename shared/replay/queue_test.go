package replay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/replay/replaytest"
)

func TestReceiveTakesNoMoreThanItIsTold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ there, limit, want int }{
		{0, 10, 0}, {1, 10, 1}, {10, 10, 10}, {25, 7, 7}, {25, 11, 11}, {123, 100, 100}, {123, 1000, 123},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			t.Parallel()
			q := replaytest.NewQueue(now)
			for n := range test.there {
				q.Send(replaytest.Body(fmt.Sprint("rum/", n)))
			}
			dlq := replay.NewQueue(q, &replaytest.Failures{}, "dlq")
			letters, err := dlq.Receive(t.Context(), test.limit, time.Minute)
			require.NoError(t, err)
			require.Len(t, letters, test.want)
			visible, hidden, err := dlq.Depth(t.Context())
			require.NoError(t, err)
			require.Equal(t, []int64{int64(test.there - test.want), int64(test.want)}, []int64{visible, hidden})
		})
	}
}

// What does not fit into an event is there for the next one at once.
func TestReceiveStaysWithinAnEvent(t *testing.T) {
	t.Parallel()
	q := replaytest.NewQueue(now)
	for range 8 {
		q.Send(`"` + strings.Repeat("x", 1<<20-2) + `"`)
	}
	letters, err := replay.NewQueue(q, &replaytest.Failures{}, "dlq").Receive(t.Context(), 100, time.Minute)
	require.NoError(t, err)
	require.Len(t, letters, 4)
	require.Len(t, q.Visible(), 4)
}

func TestReceiveGivesBackWhatItCannotExplain(t *testing.T) {
	t.Parallel()
	q := replaytest.NewQueue(now)
	q.Send(replaytest.Body("rum/a"))
	letters, err := replay.NewQueue(q, brokenFailures{}, "dlq").Receive(t.Context(), 10, time.Minute)
	require.ErrorIs(t, err, errBroken)
	require.Empty(t, letters)
	require.Equal(t, []string{"m0"}, q.Visible())
}

func TestReceiveFailsWithItsQueue(t *testing.T) {
	t.Parallel()
	q := replaytest.NewQueue(now)
	q.Fail = func(string) error { return errBroken }
	_, err := replay.NewQueue(q, &replaytest.Failures{}, "dlq").Receive(t.Context(), 10, time.Minute)
	require.ErrorIs(t, err, errBroken)
}

func TestShowAndDelete(t *testing.T) {
	t.Parallel()
	q := replaytest.NewQueue(now)
	q.Send(strings.Split(strings.Repeat("x", 25), "")...)
	dlq := replay.NewQueue(q, &replaytest.Failures{}, "dlq")
	letters, err := dlq.Receive(t.Context(), 25, time.Minute)
	require.NoError(t, err)
	require.Len(t, letters, 25)

	require.NoError(t, dlq.Show(t.Context(), letters[:12], 90*time.Second))
	require.NoError(t, dlq.Show(t.Context(), letters[12:13], 0))
	require.NoError(t, dlq.Show(t.Context(), letters[13:14], 1100*time.Millisecond))
	require.NoError(t, dlq.Show(t.Context(), letters[14:15], 24*time.Hour))
	require.NoError(t, dlq.Delete(t.Context(), letters[15:]))
	require.Equal(t, []string{letters[12].ID()}, q.Visible())
	hidden := q.Hidden()
	require.Len(t, hidden, 14)
	require.Equal(t, 90*time.Second, hidden[letters[0].ID()])
	require.Equal(t, 2*time.Second, hidden[letters[13].ID()], "rounded up")
	require.Equal(t, 12*time.Hour, hidden[letters[14].ID()], "as long as SQS can")
}

// An entry that SQS refuses keeps no other from being done, and is named.
func TestRefusedEntriesAreNamed(t *testing.T) {
	t.Parallel()
	q := replaytest.NewQueue(now)
	q.Send("a", "b", "c")
	q.Refuse = func(_, id string) bool { return id == "m1" }
	dlq := replay.NewQueue(q, &replaytest.Failures{}, "dlq")
	letters, err := dlq.Receive(t.Context(), 3, time.Minute)
	require.NoError(t, err)
	require.EqualError(t, dlq.Show(t.Context(), letters, 0), "show message m1: InternalError: so it is")
	require.EqualError(t, dlq.Delete(t.Context(), letters), "delete message m1: InternalError: so it is")
	require.Contains(t, q.Hidden(), "m1")
	require.Empty(t, q.Visible())
}
