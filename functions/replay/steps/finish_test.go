package steps

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/replay"
	"github.com/rumline/rumline/shared/telemetry"
)

func TestFinish(t *testing.T) {
	t.Parallel()
	done := replay.Totals{Counts: replay.Counts{Examined: 10, Matched: 10, Delivered: 9, Parked: 1}}
	some := replay.Totals{Counts: replay.Counts{Examined: 10, Matched: 10, Delivered: 7, Left: 3}}
	ill := &Caught{Error: "destination_unavailable", Cause: `{"errorType":"destination_unavailable","errorMessage":"no route"}`}
	for name, test := range map[string]struct {
		state    State
		there    int // visible messages
		outcome  replay.Outcome
		told     bool
		goesOn   bool
		attempt  int
		gaveUp   bool
		cooldown time.Duration
		err      string
	}{
		"all done":                  {state: State{Totals: done}, outcome: replay.Complete, told: true},
		"nothing to do":             {outcome: replay.Complete},
		"some are left":             {state: State{Totals: some}, outcome: replay.Partial, told: true},
		"no more were wanted":       {state: State{Totals: done, Limit: 0, Budget: 7}, outcome: replay.Partial, told: true},
		"a lane was lost":           {state: State{Totals: done, Limit: -1, Budget: 7, FailedLanes: 1, LaneError: "oops"}, outcome: replay.Partial, told: true, err: "oops"},
		"others took the rest":      {state: State{Totals: done, Limit: -1, Budget: 7}, outcome: replay.Complete, told: true},
		"dry":                       {state: State{Totals: done, Input: replay.Input{DryRun: true}}, outcome: replay.DryRun},
		"ill":                       {state: State{Action: actionProbe, Unhealthy: ill}, outcome: replay.Unhealthy, told: true, err: "no route"},
		"ill in the middle":         {state: State{Totals: some, Unhealthy: ill}, outcome: replay.Unhealthy, told: true, err: "no route"},
		"superseded":                {state: State{Superseded: true, Input: replay.Input{Automatic: true}}, outcome: replay.Superseded},
		"more than one execution":   {state: State{Action: actionAgain, Totals: done, Budget: 7}, outcome: replay.Continued, goesOn: true},
		"automatic, all done":       {state: State{Totals: done, Input: replay.Input{Automatic: true}}, outcome: replay.Complete, told: true, goesOn: true, cooldown: 15 * time.Minute},
		"automatic, nothing there":  {state: State{Input: replay.Input{Automatic: true}}, outcome: replay.Complete, cooldown: 15 * time.Minute},
		"automatic, and more came":  {state: State{Totals: done, Input: replay.Input{Automatic: true, Attempt: 1}}, there: 1, outcome: replay.Complete, told: true, goesOn: true, attempt: 1, cooldown: 30 * time.Minute},
		"automatic, some are left":  {state: State{Totals: some, Input: replay.Input{Automatic: true}}, there: 3, outcome: replay.Partial, told: true, goesOn: true, attempt: 1, cooldown: 30 * time.Minute},
		"automatic, ill":            {state: State{Unhealthy: ill, Input: replay.Input{Automatic: true, Attempt: 1}}, outcome: replay.Unhealthy, goesOn: true, attempt: 2, cooldown: time.Hour, err: "no route"},
		"automatic, the last time":  {state: State{Totals: some, Input: replay.Input{Automatic: true, Attempt: 3}}, there: 3, outcome: replay.Partial, told: true, gaveUp: true, cooldown: 2 * time.Hour},
		"automatic, ill to the end": {state: State{Unhealthy: ill, Input: replay.Input{Automatic: true, Attempt: 3}}, there: 3, outcome: replay.Unhealthy, told: true, gaveUp: true, cooldown: 2 * time.Hour, err: "no route"},
		"automatic, in the middle":  {state: State{Action: actionAgain, Totals: some, Budget: 7, Input: replay.Input{Automatic: true, Attempt: 2}}, outcome: replay.Continued, goesOn: true, attempt: 2, cooldown: time.Nanosecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.lock.owner = executionARN
			for range test.there {
				w.queue.Send("x")
			}
			test.state.Input.Destination = "json"
			test.state.Target = Target{Environment: "local", Workspace: "test", DLQURL: "dlq", AlarmTopic: "topic", LedgerTable: "ledger"}
			request := Request{Step: "finish", Execution: executionARN, Machine: machineARN, State: test.state}
			report, err := w.finish(t.Context(), request)
			require.NoError(t, err)
			again, err := w.finish(t.Context(), request) // as after a crash
			require.NoError(t, err)
			require.Equal(t, report, again)

			require.Equal(t, test.outcome, report.Outcome)
			require.Equal(t, test.gaveUp, report.GaveUp)
			require.Equal(t, test.err, report.Error)
			require.Equal(t, test.state.Counts, report.Counts)
			require.Equal(t, test.told, len(w.told) > 0)
			for _, n := range w.told {
				require.Equal(t, Notice{Kind: "replay_report", Environment: "local", Workspace: "test", Report: n.Report}, n)
				require.Equal(t, report.Counts, n.Report.Counts)
			}
			if !test.goesOn {
				require.Empty(t, w.started)
				require.Empty(t, report.ContinuedAs)
			} else {
				require.Len(t, w.started, 1)
				var input replay.Input
				require.NoError(t, json.Unmarshal([]byte(*w.started[0].Input), &input))
				require.Equal(t, test.attempt, input.Attempt)
				require.Equal(t, test.outcome == replay.Continued, input.Before != nil)
				require.NoError(t, input.Check())
			}
			switch owned := w.lock.owner; {
			case test.cooldown == 0:
				require.Equal(t, executionARN, owned, "it is none of its business")
			case test.goesOn:
				require.Equal(t, report.ContinuedAs, owned)
			default:
				require.Empty(t, owned)
			}
			if test.cooldown > 0 {
				require.Equal(t, now.Add(test.cooldown).UnixMilli(), w.lock.notBefore)
			}
		})
	}
}

func TestFinishSaysWhenWhatIsLeftCanBeSeen(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for name, test := range map[string]struct {
		hidden int64
		until  time.Time
		want   time.Time
	}{
		"some are hidden":     {3, now.Add(time.Minute), now.Add(time.Minute)},
		"none are":            {0, now.Add(time.Minute), time.Time{}},
		"they are seen again": {3, now.Add(-time.Minute), time.Time{}},
	} {
		report := w.report(State{Hidden: test.hidden, HideUntil: test.until}, executionARN)
		require.Equal(t, test.want, report.VisibleAt, name)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	report := replay.Report{Destination: "json", Execution: executionARN, Outcome: replay.Partial, GaveUp: true}
	report.Counts = replay.Counts{Examined: 5, Matched: 4, Delivered: 1, Parked: 2, Left: 1}
	for name, test := range map[string]struct {
		outcome replay.Outcome
		want    map[string]float64
	}{
		"work": {replay.Partial, map[string]float64{"ReplayExamined": 5, "ReplayDelivered": 1, "ReplayParked": 2, "ReplayLeft": 1, "ReplayGaveUp": 1}},
		"dry":  {replay.DryRun, map[string]float64{"ReplayExamined": 5, "ReplayDelivered": 0, "ReplayParked": 0, "ReplayLeft": 0, "ReplayGaveUp": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, report := newWorld(), report
			report.Outcome = test.outcome
			require.NoError(t, w.emit(Target{Environment: "local"}, report))
			var line map[string]any
			require.NoError(t, json.Unmarshal(w.metrics.Bytes(), &line))
			require.Equal(t, "json local", line["Destination"].(string)+" "+line["Environment"].(string))
			directives := line["_aws"].(map[string]any)["CloudWatchMetrics"].([]any)
			require.Len(t, directives, 1)
			directive := directives[0].(map[string]any)
			require.Equal(t, telemetry.Namespace, directive["Namespace"])
			require.Equal(t, []any{[]any{"Destination", "Environment"}}, directive["Dimensions"])
			got := map[string]float64{}
			for _, m := range directive["Metrics"].([]any) {
				name := m.(map[string]any)["Name"].(string)
				got[name] = line[name].(float64)
			}
			require.Equal(t, test.want, got)
		})
	}
}
