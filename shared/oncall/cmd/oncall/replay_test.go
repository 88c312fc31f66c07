package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

var report = replay.Report{
	Destination: "clickhouse", Outcome: replay.Partial, Depth: 4, StartedAt: now.Add(-90 * time.Second), EndedAt: now, VisibleAt: now.Add(time.Minute),
	Totals: replay.Totals{
		Counts: replay.Counts{Examined: 4, Matched: 4, Delivered: 2, Parked: 1, Left: 1},
		ByCode: map[failure.Code]replay.Counts{
			failure.MalformedMessage:       {Examined: 1, Matched: 1, Parked: 1},
			failure.DestinationUnavailable: {Examined: 3, Matched: 3, Delivered: 2, Left: 1},
		},
		LeftBy: map[failure.Code]int64{failure.DestinationRefused: 1},
	},
}

func succeeded(t *testing.T, r replay.Report) look {
	t.Helper()
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return look{status: sfntypes.ExecutionStatusSucceeded, output: string(text)}
}

func runningLook(events ...sfntypes.HistoryEvent) look {
	return look{status: sfntypes.ExecutionStatusRunning, events: events}
}

func TestReplayIsFollowed(t *testing.T) {
	a := poisoned(t)
	continued := replay.Report{Outcome: replay.Continued, ContinuedAs: "arn:second"}
	a.sfn.next = &run{looks: []look{
		runningLook(entered(2, "Probe", `{"destination":"clickhouse"}`)),
		runningLook(entered(2, "Probe", `{"destination":"clickhouse"}`)),
		runningLook(
			entered(2, "Probe", `{}`),
			entered(3, "Replay", `{"lanes":[{"totals":{"examined":1}},{"totals":{"examined":3,"matched":3,"delivered":2,"left":1}}]}`),
		),
		succeeded(t, continued),
	}}
	a.sfn.executions["arn:second"] = &run{looks: []look{succeeded(t, report)}}
	out, code := a.oncall("replay", "-env", "dev", "-dest", "clickhouse", "-code", "destination_unavailable, unknown", "-older", "1h",
		"-prefix", "rum/", "-max", "7", "-rate", "9")
	require.Equal(t, 3, code, "something is left")
	golden(t, "replay", out)
	golden(t, "replay-notes", a.notes.String())
	var input replay.Input
	require.NoError(t, json.Unmarshal([]byte(a.sfn.executions["arn:new"].input), &input))
	require.NotEmpty(t, input.By)
	input.By = ""
	require.Equal(t, replay.Input{
		Destination: "clickhouse", MaxMessages: 7, Rate: 9,
		Filter: replay.Filter{Codes: []failure.Code{failure.DestinationUnavailable, replay.Unknown}, OlderThanSeconds: 3600, KeyPrefix: "rum/"},
	}, input)
	require.Equal(t, "arn:replay", a.sfn.executions["arn:new"].machine)
}

func TestReplayEnds(t *testing.T) {
	for name, test := range map[string]struct {
		look look
		code int
		want string
	}{
		"complete":   {succeeded(t, replay.Report{Outcome: replay.Complete}), 0, "complete: every message"},
		"unhealthy":  {succeeded(t, replay.Report{Outcome: replay.Unhealthy, Error: "refused"}), 3, "did not become well"},
		"superseded": {succeeded(t, replay.Report{Outcome: replay.Superseded}), 0, "another automatic replay"},
		"dry run":    {succeeded(t, replay.Report{Outcome: replay.DryRun, Totals: replay.Totals{Counts: replay.Counts{Left: 1}}}), 0, "nothing was changed"},
		"max":        {succeeded(t, replay.Report{Outcome: replay.Partial}), 0, "partial"},
		"failed":     {look{status: sfntypes.ExecutionStatusTimedOut}, 1, ""},
		"nonsense":   {look{status: sfntypes.ExecutionStatusSucceeded, output: "x"}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t, "dev")
			a.sfn.next = &run{looks: []look{test.look}}
			out, code := a.oncall("replay", "-env", "dev", "-dest", "json")
			require.Equal(t, test.code, code)
			require.Contains(t, out, test.want)
		})
	}
}

func TestReplayWithoutFollowing(t *testing.T) {
	a := newAccount(t, "dev")
	a.sfn.next = &run{}
	out, code := a.oncall("replay", "-env", "dev", "-dest", "json", "-no-follow", "-json", "-dry-run")
	require.Equal(t, 0, code)
	require.Equal(t, "arn:new", decode[started](t, out).Execution)
	require.True(t, decode[started](t, out).Input.DryRun)

	out, code = a.oncall("replay", "-env", "dev", "-stop", "arn:new")
	require.Equal(t, 0, code)
	require.Equal(t, "stopped\n", out)
	require.Equal(t, []string{"arn:new"}, a.sfn.stopped)

	a.sfn.executions["arn:other"] = &run{looks: []look{succeeded(t, report)}}
	out, code = a.oncall("replay", "-env", "dev", "-follow", "arn:other", "-json")
	require.Equal(t, 3, code)
	require.EqualValues(t, 1, decode[replay.Report](t, out).Left)
}

func TestReplayGoesOnWhenInterrupted(t *testing.T) {
	a := newAccount(t, "dev")
	a.sfn.next = &run{looks: []look{runningLook(entered(1, "Probe", `{}`))}}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	a.sfn.looked = func() {
		n++
		if n == 2 {
			cancel()
		}
	}
	_, err := a.run(ctx, "replay", "-env", "dev", "-dest", "json")
	require.ErrorContains(t, err, "oncall replay -env dev -follow arn:new; stop it: oncall replay -env dev -stop arn:new")
	require.Equal(t, 1, exitCode(err))
	require.Empty(t, a.sfn.stopped)
}
