package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/mapping"
	"github.com/rumline/rumline/shared/oncall/status"
)

func TestStatusWell(t *testing.T) {
	a := newAccount(t, "dev")
	a.cw.values["EventsWritten json"] = 330
	a.cw.values["RecordsRead json"] = 331
	a.cw.values["RecordsQuarantined json"] = 1
	out, code := a.oncall("status", "-env", "dev")
	require.Equal(t, 0, code)
	golden(t, "status-well", out)
	out, _ = a.oncall("status", "-env", "dev", "-json", "-dest", "json")
	s := decode[status.Status](t, out)
	require.True(t, s.Well)
	require.Len(t, s.Destinations, 1)
	require.InDelta(t, 1.0, s.Destinations[0].EventsPerSecond, 1e-9, "330 in five and a half minutes")
	require.Equal(t, status.Conservation{Exact: true, Read: 331, Written: 330, Quarantined: 1}, s.Destinations[0].Conservation)
}

// CloudWatch has the age of a message for minutes after it is gone: what is not there has no age.
func TestStatusOldest(t *testing.T) {
	for name, c := range map[string]struct {
		queue []*message
		want  *int64
	}{
		"nothing":   {nil, nil},
		"waiting":   {[]*message{{id: "q1"}}, aws.Int64(21)},
		"in flight": {[]*message{{id: "q1", hidden: true}}, aws.Int64(21)},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t, "dev")
			a.queues.all[a.Destinations["json"].QueueURL] = c.queue
			a.cw.values["ApproximateAgeOfOldestMessage q-json"] = 21
			out, _ := a.oncall("status", "-env", "dev", "-dest", "json", "-json")
			require.Equal(t, c.want, decode[status.Status](t, out).Destinations[0].Backlog.OldestSeconds)
			out, _ = a.oncall("status", "-env", "dev", "-dest", "json")
			require.Equal(t, c.want != nil, strings.Contains(out, "21 s"))
		})
	}
}

// night is an environment in which everything is wrong.
func night(t *testing.T) *account {
	a := poisoned(t)
	a.queues.all[a.Destinations["clickhouse"].QueueURL] = []*message{{id: "q1"}, {id: "q2", hidden: true}}
	a.cw.values["ApproximateAgeOfOldestMessage q-clickhouse"] = 700
	a.cw.values["Failures clickhouse destination_refused"] = 4
	a.cw.values["Failures clickhouse object_missing"] = 1
	a.cw.values["Imbalance json"] = 2
	a.cw.values["RecordsRead json"] = 10
	a.cw.values["EventsWritten json"] = 7
	a.lambda.states["m-clickhouse"] = []string{mapping.Disabled}
	a.lambda.states["m-json"] = []string{mapping.Disabled}
	a.sfn.executions["arn:b1"] = &run{machine: "arn:breaker", begin: now.Add(-10 * time.Minute), input: `"{\"destination\":\"clickhouse\"}"`}
	a.sfn.executions["arn:b2"] = &run{machine: "arn:breaker", begin: now, input: `{"destination":"json","rearm":true}`}
	a.sfn.executions["arn:r1"] = &run{machine: "arn:replay", begin: now.Add(-time.Minute), input: `{"destination":"clickhouse","automatic":true}`}
	for name, text := range map[string]string{
		"rumline-x-clickhouse-breaker-open": "Open.",
		"rumline-y-json-dlq-depth":          "Somebody else's.",
		"rumline-x-ann-json-throttles":      "Of the environment x-ann.",
		"rumline-x-json-json-throttles":     "Of the environment x-json.",
		"rumline-x-ann-replay-gave-up":      "Likewise.",
	} {
		a.cw.alarms = append(a.cw.alarms, alarm(name, text))
	}
	a.cw.alarms = append(a.cw.alarms, alarm("rumline-x-json-throttles", "It is throttled.\nRun: go tool task status\nRunbook: https://x/throttles.md"),
		alarm("rumline-x-replay-gave-up", "A replay gave up."))
	return a
}

func alarm(name, text string) cwtypes.MetricAlarm {
	return cwtypes.MetricAlarm{
		AlarmName: &name, AlarmDescription: &text, StateValue: cwtypes.StateValueAlarm, StateUpdatedTimestamp: aws.Time(now.Add(-5 * time.Minute)),
	}
}

func TestStatusNotWell(t *testing.T) {
	a := night(t)
	out, code := a.oncall("status", "-env", "dev")
	require.Equal(t, 3, code)
	golden(t, "status-night", out)
	out, code = a.oncall("status", "-env", "dev", "-json")
	require.Equal(t, 3, code)
	s := decode[status.Status](t, out)
	require.False(t, s.Well)
	clickhouse := s.Destinations[0]
	require.Equal(t, status.Backlog{Visible: 1, InFlight: 1, OldestSeconds: aws.Int64(700)}, clickhouse.Backlog)
	require.Equal(t, map[failure.Code]int64{failure.DestinationRefused: 4, failure.ObjectMissing: 1}, clickhouse.Failures)
	require.Equal(t, status.Open, clickhouse.Breaker.State)
	require.Equal(t, "arn:b1", clickhouse.Breaker.Execution)
	require.Equal(t, "arn:r1", clickhouse.Replays[0].Execution)
	require.Equal(t, status.Paused, s.Destinations[1].Breaker.State)
	require.Len(t, s.Alarms, 3)
}

func TestStatusStuckAndHalfOpen(t *testing.T) {
	a := newAccount(t, "dev")
	a.queues.all[a.Destinations["json"].QueueURL] = []*message{{id: "q1"}}
	a.cw.values["ApproximateAgeOfOldestMessage q-json"] = 301
	a.sfn.executions["arn:b1"] = &run{machine: "arn:breaker", begin: now, input: `{"destination":"clickhouse"}`}
	out, code := a.oncall("status", "-env", "dev")
	require.Equal(t, 3, code)
	require.Contains(t, out, "nothing was written for 5 min though messages wait, the oldest for 5 min 1 s")
	require.Contains(t, out, "the breaker is half open")

	// It runs on for a while when the messages flow again, to see whether its alarm ends.
	a.sfn.executions["arn:b1"].events = []sfntypes.HistoryEvent{entered(9, "Settle", "{}"), entered(7, "Close", "{}")}
	out, _ = a.oncall("status", "-env", "dev")
	require.NotContains(t, out, "half open")
}

func TestStatusFails(t *testing.T) {
	a := newAccount(t, "dev")
	a.cw.broken = errors.New("AccessDenied")
	_, code := a.oncall("status", "-env", "dev")
	require.Equal(t, 1, code)
	require.Contains(t, a.notes.String(), "ask for the metrics: ")
}

func TestPauseAndResume(t *testing.T) {
	a := newAccount(t, "dev")
	a.cw.values["ApproximateAgeOfOldestMessage q-json"] = 3600
	out, code := a.oncall("pause", "-env", "dev", "-dest", "json", "-json")
	require.Equal(t, 0, code)
	require.Equal(t, switched{"json", mapping.Disabled, 4 * 24 * 3600, now.Add(95 * time.Hour)}, decode[switched](t, out))
	out, _ = a.oncall("pause", "-env", "dev", "-dest", "json")
	require.Contains(t, out, "Resume it before 2026-11-27 20:00:30Z (in 3 d 23 h), or messages are lost: `go tool task resume ENV=dev DEST=json`")
	require.Equal(t, []bool{false}, a.lambda.updates, "paused already")
	_, code = a.oncall("resume", "-env", "dev", "-dest", "json")
	require.Equal(t, 0, code)
	require.Equal(t, []bool{false, true}, a.lambda.updates)
	require.Equal(t, []string{mapping.Enabled}, a.lambda.states["m-json"])

	a.lambda.states["m-json"] = nil
	_, code = a.oncall("pause", "-env", "dev", "-dest", "json")
	require.Equal(t, 1, code)
	a.lambda.states["m-json"] = []string{"Updating"}
	_, code = a.oncall("pause", "-env", "dev", "-dest", "json")
	require.Equal(t, 1, code)
	require.Contains(t, a.notes.String(), "still Updating, not Disabled")
}

func TestResumeAgainstTheBreaker(t *testing.T) {
	a := night(t)
	_, code := a.oncall("resume", "-env", "dev", "-dest", "clickhouse")
	require.Equal(t, 2, code, "not even in dev without a word")
	require.Contains(t, a.notes.String(), "though its breaker is open")
	require.Empty(t, a.lambda.updates)
	_, code = a.oncall("resume", "-env", "dev", "-dest", "clickhouse", "-yes")
	require.Equal(t, 0, code)
	_, code = a.oncall("pause", "-env", "dev", "-dest", "clickhouse")
	require.Equal(t, 0, code)
	require.Contains(t, a.notes.String(), "note: the breaker of clickhouse is open")
}
