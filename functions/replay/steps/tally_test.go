package steps

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

// result is what a lane did that looked at n messages, of which so many were left.
func result(n, left int64) Result {
	r := Result{StartedAt: now, Empty: n == 0}
	r.Counts = replay.Counts{Examined: n, Matched: n, Delivered: n - left, Left: left}
	return r
}

func lost(kind string) Result {
	return Result{Error: &Caught{Error: kind, Cause: `{"errorType":"` + kind + `","errorMessage":"no luck"}`}}
}

func TestTallyDecidesWhatComesNext(t *testing.T) {
	t.Parallel()
	down := Result{StartedAt: now, Again: map[failure.Code]int64{failure.DestinationUnavailable: 90}}
	for name, test := range map[string]struct {
		change  func(*State)
		results []Result
		action  Action
		wait    int64
		batch   int64
		error   string
	}{
		"there is more":             {results: []Result{result(100, 0), result(90, 3)}, action: actionReplay, batch: 100},
		"that was all":              {change: func(s *State) { s.Budget = 150 }, results: []Result{result(75, 0), result(75, 0)}, action: actionFinish, batch: 100},
		"nobody finds any more":     {results: []Result{result(0, 0), result(0, 0)}, action: actionFinish, batch: 100},
		"one finds none":            {results: []Result{result(0, 0), result(1, 0)}, action: actionReplay, batch: 100},
		"that many were wanted":     {change: func(s *State) { s.Limit = 20 }, results: []Result{result(10, 0), result(10, 0)}, action: actionFinish, batch: 100},
		"some more were wanted":     {change: func(s *State) { s.Limit = 21 }, results: []Result{result(10, 0), result(10, 0)}, action: actionReplay, batch: 100},
		"the destination is down":   {results: []Result{result(10, 0), down}, action: actionProbe, batch: 100},
		"it is well for most":       {results: []Result{result(100, 0), down}, action: actionReplay, batch: 100},
		"a lane is throttled":       {results: []Result{result(100, 0), lost(typeFunctionThrottled)}, action: actionProbe, batch: 100},
		"a lane fails":              {results: []Result{result(100, 0), lost(typeFunctionFailed)}, action: actionProbe, batch: 25},
		"a step is cut off":         {results: []Result{result(100, 0), lost("States.Timeout")}, action: actionProbe, batch: 25},
		"batches cannot be smaller": {change: func(s *State) { s.Batch = 2 }, results: []Result{result(2, 0), lost(typeFunctionFailed)}, action: actionProbe, batch: 1},
		"batches become larger":     {change: func(s *State) { s.Batch = 1 }, results: []Result{result(1, 0), result(1, 0)}, action: actionReplay, batch: 4},
		"no lane gets anywhere": {
			change: func(s *State) { s.Stuck = maxStuck }, results: []Result{lost(typeFunctionFailed), lost(typeFunctionFailed)},
			action: actionFinish, batch: 25, error: "function_failed: no luck",
		},
		"one lane does": {
			change: func(s *State) { s.Stuck = maxStuck }, results: []Result{result(1, 0), lost(typeFunctionFailed)},
			action: actionProbe, batch: 25,
		},
		"the function fails with too many": {
			change: func(s *State) { s.Crashed = maxCrashed + 1 }, results: []Result{result(1, 1)}, action: actionFinish, batch: 100,
			error: "function_failed: the function fails with 21 messages even when they come alone",
		},
		"another worker has what is left": {
			results: []Result{result(0, 0), {Again: map[failure.Code]int64{failure.BatchBusy: 7, failure.BatchLost: 1}}},
			action:  actionPace, wait: busySeconds, batch: 100,
		},
		"another worker has a part": {
			results: []Result{result(60, 0), {Again: map[failure.Code]int64{failure.BatchBusy: 7}}}, action: actionPace, wait: busySeconds, batch: 100,
		},
		"another worker has a part, and the others went faster than wanted": {
			change:  func(s *State) { s.Input.Rate = 4 },
			results: []Result{result(60, 0), {StartedAt: now, Again: map[failure.Code]int64{failure.BatchBusy: 7}}}, action: actionPace, wait: 11, batch: 100,
		},
		"another worker has a part, and the destination is down": {
			results: []Result{{Again: map[failure.Code]int64{failure.BatchBusy: 7, failure.DestinationUnavailable: 1}}},
			action:  actionProbe, batch: 100,
		},
		"too many rounds for one execution": {
			change: func(s *State) { s.Round = s.maxRounds() - 1 }, results: []Result{result(100, 0)}, action: actionAgain, batch: 100,
		},
		"faster than wanted": {
			change: func(s *State) { s.Input.Rate = 10 }, results: []Result{result(60, 0), result(45, 0)}, action: actionPace, wait: 7, batch: 100,
		},
		"not faster than wanted": {
			change: func(s *State) { s.Input.Rate = 10 }, results: []Result{result(20, 0), result(20, 0)}, action: actionReplay, batch: 100,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.queue.Pass(4 * time.Second) // since the round began
			s := State{
				Budget: 1000, Limit: -1, Batch: 100, Patience: patience, Lanes: []int{0, 1}, Target: Target{BatchSize: 100}, Results: test.results,
			}
			if test.change != nil {
				test.change(&s)
			}
			got := w.tally(t.Context(), s)
			require.Equal(t, test.action, got.Action)
			require.Equal(t, test.wait, got.WaitSeconds)
			require.Equal(t, test.batch, got.Batch)
			require.Empty(t, got.Results)
			require.Equal(t, s.Round+1, got.Round)
			if test.error != "" {
				require.Equal(t, test.error, got.Unhealthy.String())
			} else {
				require.Nil(t, got.Unhealthy)
			}
		})
	}
}

// A destination that says it is well, and is not, does not keep a replay busy for ever.
func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	w := newWorld()
	s := State{Budget: 10, Limit: -1, Batch: 10, Patience: patience, Lanes: []int{0}, Target: Target{BatchSize: 10}}
	for range patience {
		require.Positive(t, s.Patience)
		s.Results = []Result{{Again: map[failure.Code]int64{failure.DestinationUnavailable: 10}}}
		s = w.tally(t.Context(), s)
		require.Equal(t, actionProbe, s.Action)
	}
	require.Zero(t, s.Patience)
}

func TestExecutionsEndBeforeTheirHistoryDoes(t *testing.T) {
	t.Parallel()
	const most = 25_000 // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
	for lanes := 1; lanes <= maxLanes; lanes++ {
		s := State{Lanes: make([]int, lanes)}
		require.Positive(t, s.maxRounds())
		require.LessOrEqual(t, s.maxRounds()*int64(eventsPerRound+lanes*eventsPerLane), int64(most/2), lanes)
	}
}
