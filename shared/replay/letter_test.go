package replay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/replay/replaytest"
)

var now = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func TestWhyALetterIsThere(t *testing.T) {
	t.Parallel()
	early, late := now.Add(-2*time.Minute), now.Add(-time.Minute)
	type failed struct {
		key  string
		code failure.Code
		at   time.Time
	}
	for name, test := range map[string]struct {
		body     string
		failures []failed
		code     failure.Code
		hopeless bool
		at       time.Time
	}{
		"nobody recorded why": {body: replaytest.Body("rum/a"), code: replay.Unknown},
		"its object's failure": {
			body: replaytest.Body("rum/a"), failures: []failed{{"rum/a", failure.DestinationUnavailable, late}},
			code: failure.DestinationUnavailable, at: late,
		},
		"missing": {
			body: replaytest.Body("rum/a"), failures: []failed{{"rum/a", failure.ObjectMissing, late}},
			code: failure.ObjectMissing, hopeless: true, at: late,
		},
		"the latest of two": {
			body:     replaytest.Body("rum/a", "rum/b"),
			failures: []failed{{"rum/a", failure.ObjectMissing, late}, {"rum/b", failure.DestinationUnavailable, early}},
			code:     failure.ObjectMissing, at: late, // and not hopeless: b can be delivered
		},
		"one of two is missing": {
			body: replaytest.Body("rum/a", "rum/b"), failures: []failed{{"rum/a", failure.ObjectMissing, late}},
			code: failure.ObjectMissing, at: late,
		},
		"both are missing": {
			body:     replaytest.Body("rum/a", "rum/b"),
			failures: []failed{{"rum/a", failure.ObjectMissing, late}, {"rum/b", failure.ObjectMissing, early}},
			code:     failure.ObjectMissing, hopeless: true, at: late,
		},
		"no notification":          {body: "poison", code: failure.MalformedMessage, hopeless: true},
		"points to nothing at all": {body: `{"Event":"s3:TestEvent"}`, code: replay.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, failures := replaytest.NewQueue(now), &replaytest.Failures{}
			for _, f := range test.failures {
				failures.Fail(f.key, f.code, f.at)
			}
			q.Send(test.body)
			q.Pass(time.Hour)
			letters, err := replay.NewQueue(q, failures, "dlq").Receive(t.Context(), 10, time.Minute)
			require.NoError(t, err)
			require.Len(t, letters, 1)
			require.Equal(t, test.code, letters[0].Code)
			require.Equal(t, test.hopeless, letters[0].Hopeless)
			require.Equal(t, test.at, letters[0].FailedAt)
			require.Equal(t, now.UnixMilli(), letters[0].SentAt.UnixMilli())
			require.Equal(t, 1, letters[0].Receives)
		})
	}
}

// What is known from before says nothing about the last attempt.
func TestWhyALetterFailedAgain(t *testing.T) {
	t.Parallel()
	q, failures := replaytest.NewQueue(now), &replaytest.Failures{}
	failures.Fail("rum/gone", failure.ObjectMissing, now)
	failures.Fail("rum/busy", failure.ObjectMissing, now)
	failures.Fail("rum/other", failure.ObjectMissing, now)
	q.Send(replaytest.Body("rum/gone"), replaytest.Body("rum/busy"), replaytest.Body("rum/other"), "poison")
	dlq := replay.NewQueue(q, failures, "dlq")
	letters, err := dlq.Receive(t.Context(), 10, time.Minute)
	require.NoError(t, err)

	failures.Fail("rum/gone", failure.ObjectMissing, now.Add(time.Second))
	failures.Fail("rum/other", failure.DestinationUnavailable, now.Add(time.Second))
	again, err := dlq.Explain(t.Context(), letters)
	require.NoError(t, err)
	codes, hopeless := map[string]failure.Code{}, map[string]bool{}
	for _, l := range again {
		codes[l.ID()], hopeless[l.ID()] = l.Code, l.Hopeless
	}
	require.Equal(t, map[string]failure.Code{
		"m0": failure.ObjectMissing, "m1": replay.Unknown, "m2": failure.DestinationUnavailable, "m3": failure.MalformedMessage,
	}, codes)
	require.Equal(t, map[string]bool{"m0": true, "m1": false, "m2": false, "m3": true}, hopeless)
}

func TestFilter(t *testing.T) {
	t.Parallel()
	q, failures := replaytest.NewQueue(now), &replaytest.Failures{}
	failures.Fail("rum/2026/a", failure.ObjectDenied, now)
	q.Send(replaytest.Body("rum/2026/a", "rum/2025/b"))
	letters, err := replay.NewQueue(q, failures, "dlq").Receive(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		filter replay.Filter
		after  time.Duration
		want   bool
	}{
		"all":                   {want: true},
		"its code":              {filter: replay.Filter{Codes: []failure.Code{failure.Internal, failure.ObjectDenied}}, want: true},
		"another code":          {filter: replay.Filter{Codes: []failure.Code{failure.Internal}}},
		"just old enough":       {filter: replay.Filter{OlderThanSeconds: 60}, after: time.Minute, want: true},
		"not old enough":        {filter: replay.Filter{OlderThanSeconds: 60}, after: 59 * time.Second},
		"prefix of its first":   {filter: replay.Filter{KeyPrefix: "rum/2026/"}, want: true},
		"prefix of its second":  {filter: replay.Filter{KeyPrefix: "rum/2025/"}, want: true},
		"prefix of no other":    {filter: replay.Filter{KeyPrefix: "rum/2024/"}},
		"every one has to hold": {filter: replay.Filter{KeyPrefix: "rum/2026/", Codes: []failure.Code{failure.Internal}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, test.filter.Matches(letters[0], now.Add(test.after)))
		})
	}
}

func TestInputIsChecked(t *testing.T) {
	t.Parallel()
	require.NoError(t, replay.Input{Destination: "json", Filter: replay.Filter{Codes: []failure.Code{failure.Internal, replay.Unknown}}}.Check())
	err := replay.Input{
		MaxMessages: -1, Rate: -2, Attempt: -3, Filter: replay.Filter{OlderThanSeconds: -4, Codes: []failure.Code{"oops"}},
		Before: &replay.Before{Budget: -5},
	}.Check()
	require.EqualError(t, err, `destination is missing
max_messages is -1; it must not be negative
rate is -2; it must not be negative
filter.older_than_seconds is -4; it must not be negative
attempt is -3; it must not be negative
filter.codes has "oops", which is no code
before.budget is -5; it must not be negative`)
}

func TestTotalsAdd(t *testing.T) {
	t.Parallel()
	var sum replay.Totals
	for range 2 {
		one := replay.Totals{Counts: replay.Counts{Examined: 3, Matched: 2, Delivered: 1, Left: 1}, Rounds: 1}
		one.Count(failure.Internal, one.Counts)
		one.CountLeft(failure.ObjectDenied, 1)
		sum.Add(one)
	}
	twice := replay.Counts{Examined: 6, Matched: 4, Delivered: 2, Left: 2}
	require.Equal(t, replay.Totals{
		Counts: twice, ByCode: map[failure.Code]replay.Counts{failure.Internal: twice},
		LeftBy: map[failure.Code]int64{failure.ObjectDenied: 2}, Rounds: 2,
	}, sum)
}
