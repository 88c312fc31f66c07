package steps

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

func TestBeginPlansAPass(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		there    int
		reserved int
		input    replay.Input
		action   Action
		lanes    int
		budget   int64
		limit    int64
		takes    time.Duration
	}{
		"nothing there":        {there: 0, reserved: 6, action: actionFinish, lanes: 2, limit: -1, takes: 150 * time.Second},
		"all":                  {there: 300, reserved: 6, action: actionProbe, lanes: 2, budget: 300, limit: -1, takes: 152 * time.Second},
		"nothing to spare":     {there: 1, reserved: 4, action: actionProbe, lanes: 1, budget: 1, limit: -1, takes: 150 * time.Second},
		"much to spare":        {there: 1, reserved: 400, action: actionProbe, lanes: 40, budget: 1, limit: -1, takes: 150 * time.Second},
		"some":                 {there: 300, reserved: 6, input: replay.Input{MaxMessages: 20}, action: actionProbe, lanes: 2, budget: 300, limit: 20, takes: 152 * time.Second},
		"slowly":               {there: 300, reserved: 6, input: replay.Input{Rate: 3}, action: actionProbe, lanes: 2, budget: 300, limit: -1, takes: 250 * time.Second},
		"as slowly as SQS has": {there: 50_000, reserved: 6, input: replay.Input{Rate: 1}, action: actionProbe, lanes: 2, budget: 50_000, limit: -1, takes: 11*time.Hour + 50*time.Minute},
		"dry":                  {there: 3, reserved: 6, input: replay.Input{DryRun: true}, action: actionReplay, lanes: 2, budget: 3, limit: -1, takes: 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.destination.ReservedConcurrency = test.reserved
			for range test.there {
				w.queue.Send("x")
			}
			test.input.Destination = "json"
			state := w.begun(t, test.input)
			require.Equal(t, test.action, state.Action)
			require.Len(t, state.Lanes, test.lanes)
			require.Equal(t, test.budget, state.Budget)
			require.Equal(t, test.limit, state.Limit)
			require.Equal(t, test.takes, state.HideUntil.Sub(now))
			require.Equal(t, int64(100), state.Batch)
			require.Equal(t, "json", state.Target.Function)
		})
	}
}

func TestBeginGoesOnWhereAnotherStopped(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.queue.Send("a", "b", "c")
	before := &replay.Before{
		Totals: replay.Totals{Counts: replay.Counts{Examined: 10, Matched: 8}}, Depth: 12, Budget: 2, Hidden: 4,
		HiddenUntil: now.Add(time.Hour), StartedAt: now.Add(-time.Hour),
	}
	state := w.begun(t, replay.Input{Destination: "json", MaxMessages: 9, Before: before})
	require.Equal(t, []int64{2, 1, 12, 10, 4}, []int64{state.Budget, state.Limit, state.Depth, state.Examined, state.Hidden})
	require.Equal(t, before.StartedAt, state.StartedAt)
	require.Equal(t, before.HiddenUntil, state.HideUntil)
}

func TestBeginRefusesWrongInput(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		`"json"`:                               "cannot unmarshal",
		`{`:                                    "unexpected EOF",
		`{}`:                                   "destination is missing",
		`{"destination":"nobody"}`:             `no destination "nobody"; it has json`,
		`{"destination":"json","dryrun":true}`: "dryrun",
		`{"destination":"json","rate":-1}`:     "rate is -1",
		`{"destination":"json","filter":{"codes":["x"]}}`: `"x", which is no code`,
	} {
		_, err := newWorld().Handle(t.Context(), Request{Step: "begin", Input: []byte(input)})
		var typed messages.InvokeResponse_Error
		require.ErrorAs(t, err, &typed, input)
		require.Equal(t, "invalid_input", typed.Type, input)
		require.Contains(t, typed.Message, want)
	}
}

func TestAutomaticReplaysTakeTurns(t *testing.T) {
	t.Parallel()
	const other = "arn:aws:states:us-east-1:123456789012:execution:replay:other"
	for name, test := range map[string]struct {
		owner  string
		status sfntypes.ExecutionStatus
		after  time.Duration
		action Action
		wait   int64
		owned  string
	}{
		"nobody":                       {action: actionProbe, owned: executionARN},
		"itself":                       {owner: executionARN, action: actionProbe, owned: executionARN},
		"another that runs":            {owner: other, status: sfntypes.ExecutionStatusRunning, action: actionFinish, owned: other},
		"another that was stopped":     {owner: other, status: sfntypes.ExecutionStatusAborted, action: actionProbe, owned: executionARN},
		"another that was never there": {owner: other, action: actionProbe, owned: executionARN},
		"the cool-down is not over":    {after: 1500 * time.Millisecond, action: actionWait, wait: 2, owned: executionARN},
		"the cool-down is over":        {after: -time.Second, action: actionProbe, owned: executionARN},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.queue.Send("x")
			w.lock.owner, w.lock.notBefore = test.owner, now.Add(test.after).UnixMilli()
			if test.status != "" {
				w.running[test.owner] = test.status
			}
			state := w.begun(t, replay.Input{Destination: "json", Automatic: true})
			require.Equal(t, test.action, state.Action)
			require.Equal(t, test.wait, state.WaitSeconds)
			require.Equal(t, test.owned, w.lock.owner)
			require.Equal(t, test.owned == other, state.Superseded)

			manual := w.begun(t, replay.Input{Destination: "json"})
			require.Equal(t, actionProbe, manual.Action, "people need not wait")
		})
	}
}

// What each lane looks at and takes is never more than there is to look at and to take.
func TestQuotasAddUp(t *testing.T) {
	t.Parallel()
	for _, lanes := range []int{1, 3, 40} {
		for _, budget := range []int64{1, 2, 99, 100, 12_345} {
			for _, limit := range []int64{-1, 0, 1, 7, 1000} {
				for _, rate := range []int64{0, 1, 1000} {
					for _, filter := range []replay.Filter{{}, {Codes: []failure.Code{failure.Internal}}} {
						s := State{Budget: budget, Limit: limit, Batch: 100, Input: replay.Input{Rate: rate, Filter: filter}}
						for lane := range lanes {
							s.Lanes = append(s.Lanes, lane)
						}
						looks, takes := 0, 0
						for _, lane := range s.Lanes {
							look, take := s.quota(lane)
							require.LessOrEqual(t, take, look)
							require.LessOrEqual(t, look, 100)
							looks, takes = looks+look, takes+take
						}
						what := fmt.Sprint(lanes, budget, limit, rate, filter)
						require.LessOrEqual(t, int64(looks), budget, what)
						if rate > 0 {
							require.LessOrEqual(t, int64(looks), rate*rateWindow, what)
						}
						if limit >= 0 {
							require.LessOrEqual(t, int64(takes), limit, what)
						}
						if limit != 0 {
							require.Positive(t, takes, what)
						}
					}
				}
			}
		}
	}
}

func TestUnknownStepsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := newWorld().Handle(t.Context(), Request{Step: "dance"})
	require.Equal(t, messages.InvokeResponse_Error{Type: "invalid_input", Message: `there is no step "dance"`}, err)
}
