// Package machine_test runs the replay's state machine, of the file that Terraform deploys and with the function that it
// deploys, on the local AWS.
package machine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

var small = deployment.Destination{BatchSize: 1000, MaximumConcurrency: 2, ReservedConcurrency: 3}

// What can be delivered is delivered and deleted, what is hopeless is parked, the rest is left and can be seen.
func TestEverythingFindsItsPlace(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, keys(25)...)
	d.die(t, failure.ObjectMissing, "gone", "back")
	d.die(t, failure.ObjectDenied, "denied")
	d.send(t, "poison")
	d.set(func() { d.fails["gone"], d.fails["denied"] = failure.ObjectMissing, failure.ObjectDenied })

	report := reported(t, start(t, replay.Input{Destination: d.name, By: "somebody"}))
	require.Equal(t, replay.Partial, report.Outcome)
	require.Equal(t, replay.Counts{Examined: 29, Matched: 29, Delivered: 26, Parked: 2, Left: 1}, report.Counts)
	require.Equal(t, map[failure.Code]replay.Counts{
		failure.DestinationUnavailable: {Examined: 25, Matched: 25, Delivered: 25},
		failure.ObjectMissing:          {Examined: 2, Matched: 2, Delivered: 1, Parked: 1},
		failure.ObjectDenied:           {Examined: 1, Matched: 1, Left: 1},
		failure.MalformedMessage:       {Examined: 1, Matched: 1, Parked: 1},
	}, report.ByCode)
	require.Equal(t, map[failure.Code]int64{failure.ObjectDenied: 1}, report.LeftBy)
	require.Equal(t, [2]int64{1, 0}, d.depth(t))
	require.Len(t, d.got(), 26)

	var parked []failure.Code
	for p, err := range replay.NewParking(clients.objects, bucket, "parked/", d.name).List(t.Context()) {
		require.NoError(t, err)
		parked = append(parked, p.Code)
	}
	require.ElementsMatch(t, []failure.Code{failure.ObjectMissing, failure.MalformedMessage}, parked)
	told := notice(t, d.name)
	require.Equal(t, "replay_report", told.Kind)
	require.Equal(t, report.Counts, told.Report.Counts)
}

func TestDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, keys(12)...)
	d.send(t, "poison")
	d.set(func() { d.sick = 1000 }) // and it does not ask
	report := reported(t, start(t, replay.Input{Destination: d.name, DryRun: true}))
	require.Equal(t, replay.DryRun, report.Outcome)
	require.Equal(t, replay.Counts{Examined: 13, Matched: 13, Delivered: 12, Parked: 1}, report.Counts)
	require.Equal(t, [2]int64{13, 0}, d.depth(t))
	require.Empty(t, d.got())
}

func TestFilterAndLimitInRoundsAndLanes(t *testing.T) {
	t.Parallel()
	d := newDestination(t, deployment.Destination{BatchSize: 5, MaximumConcurrency: 2, ReservedConcurrency: 4})
	d.die(t, failure.DestinationUnavailable, keys(20)...)
	d.die(t, failure.Internal, "rum/x", "rum/y")
	report := reported(t, start(t, replay.Input{
		Destination: d.name, MaxMessages: 7, Filter: replay.Filter{Codes: []failure.Code{failure.DestinationUnavailable}},
	}))
	require.Equal(t, replay.Partial, report.Outcome)
	require.Equal(t, int64(7), report.Delivered)
	require.Len(t, d.got(), 7)
	d.set(func() { require.LessOrEqual(t, d.largest, 5) })
	depth := d.depth(t)
	require.Equal(t, int64(15), depth[0]+depth[1])
}

func TestWaitsUntilTheDestinationIsWell(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, keys(3)...)
	d.set(func() { d.sick = 2 })
	report := reported(t, start(t, replay.Input{Destination: d.name}))
	require.Equal(t, replay.Complete, report.Outcome)
	require.Equal(t, int64(3), report.Delivered)
}

func TestSaysThatTheDestinationIsIll(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, keys(3)...)
	d.set(func() { d.sick = 1000 })
	report := reported(t, start(t, replay.Input{Destination: d.name}))
	require.Equal(t, replay.Unhealthy, report.Outcome)
	require.Equal(t, "the destination is down", report.Error)
	require.Equal(t, [2]int64{3, 0}, d.depth(t))
	require.Equal(t, replay.Unhealthy, notice(t, d.name).Report.Outcome)
}

// A message that the function crashes with does not hold up the others.
func TestFindsTheMessageThatCrashesTheFunction(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, keys(6)...)
	d.set(func() { d.crashes["rum/003"] = true })
	report := reported(t, start(t, replay.Input{Destination: d.name}))
	require.Equal(t, replay.Partial, report.Outcome)
	require.Equal(t, int64(5), report.Delivered, report)
	require.Equal(t, map[failure.Code]int64{failure.Internal: 1}, report.LeftBy)
}

func TestRefusesWrongInput(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	for name, test := range map[string]struct {
		input any
		cause string
	}{
		"no such destination": {map[string]any{"destination": "nobody"}, "nobody"},
		"a typing error":      {map[string]any{"destination": d.name, "dry-run": true}, "dry-run"},
		"no such code":        {replay.Input{Destination: d.name, Filter: replay.Filter{Codes: []failure.Code{"oops"}}}, "oops"},
	} {
		t.Run(name, func(t *testing.T) {
			out := ended(t, start(t, test.input))
			require.Equal(t, sfntypes.ExecutionStatusFailed, out.Status)
			require.Equal(t, "invalid_input", aws.ToString(out.Error))
			require.Contains(t, aws.ToString(out.Cause), test.cause)
		})
	}
}

// Nobody has to do anything, but be told when it was no use.
func TestAutomaticReplayTriesAgainAndGivesUpLoudly(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, "rum/a", "rum/denied")
	d.set(func() { d.fails["rum/denied"] = failure.ObjectDenied })
	input := replay.Input{Destination: d.name, Automatic: true, By: "alarm"}
	var outcomes []replay.Report
	for execution := start(t, input); execution != ""; {
		report := reported(t, execution)
		outcomes = append(outcomes, report)
		execution = report.ContinuedAs
	}
	require.Len(t, outcomes, 3)
	require.Equal(t, []int64{1, 0, 0}, []int64{outcomes[0].Delivered, outcomes[1].Delivered, outcomes[2].Delivered})
	for n, report := range outcomes {
		require.Equal(t, replay.Partial, report.Outcome)
		require.Equal(t, n, report.Input.Attempt)
		require.Equal(t, n == 2, report.GaveUp)
	}
	require.Equal(t, [2]int64{1, 0}, d.depth(t))
	told := map[bool]int{}
	for range outcomes {
		told[notice(t, d.name).Report.GaveUp]++
	}
	require.Equal(t, map[bool]int{false: 2, true: 1}, told)
}

// One automatic replay is enough; those of people run beside each other, and deliver what there is.
func TestReplaysAtTheSameTime(t *testing.T) {
	t.Parallel()
	d := newDestination(t, deployment.Destination{BatchSize: 10, MaximumConcurrency: 2, ReservedConcurrency: 4})
	d.die(t, failure.DestinationUnavailable, keys(60)...)
	d.set(func() { d.sick = 2 }) // so that they meet
	var executions []string
	for range 2 {
		executions = append(executions, start(t, replay.Input{Destination: d.name, Automatic: true}))
	}
	manual := start(t, replay.Input{Destination: d.name})
	outcomes := map[replay.Outcome]int{}
	delivered := reported(t, manual).Delivered
	for _, e := range executions {
		report := reported(t, e)
		outcomes[report.Outcome]++
		delivered += report.Delivered
	}
	require.Equal(t, map[replay.Outcome]int{replay.Complete: 1, replay.Superseded: 1}, outcomes)
	require.Equal(t, int64(60), delivered)
	require.Equal(t, [2]int64{0, 0}, d.depth(t))
	for key, n := range d.got() {
		require.Equal(t, 1, n, key)
	}
}

// A message that dies when the replay is over and its alarm is not is delivered by nobody's start.
func TestALateLetter(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, "rum/early")
	require.EqualValues(t, 1, reported(t, start(t, replay.Input{Destination: d.name, Automatic: true})).Delivered)
	d.die(t, failure.DestinationUnavailable, "rum/late")
	require.Eventually(t, func() bool { return d.got()["rum/late"] == 1 }, patient, 50*time.Millisecond)
}

// The rate is kept by waiting between rounds.
func TestKeepsToTheRate(t *testing.T) {
	t.Parallel()
	d := newDestination(t, deployment.Destination{BatchSize: 4, MaximumConcurrency: 2, ReservedConcurrency: 3})
	d.die(t, failure.DestinationUnavailable, keys(8)...)
	execution := start(t, replay.Input{Destination: d.name, Rate: 2})
	require.Equal(t, int64(8), reported(t, execution).Delivered)
	var states []string
	pages := sfn.NewGetExecutionHistoryPaginator(clients.executions, &sfn.GetExecutionHistoryInput{ExecutionArn: &execution})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, e := range page.Events {
			if entered := e.StateEnteredEventDetails; entered != nil {
				states = append(states, *entered.Name)
			}
		}
	}
	require.Equal(t, "Begin Decide Probe Round Batch Tally Decide Pace Round Batch Tally Decide Finish", strings.Join(states, " "))
}

// An execution that somebody stops while it waits keeps no other from its turn.
func TestAnExecutionThatIsStoppedHoldsUpNobody(t *testing.T) {
	t.Parallel()
	d := newDestination(t, small)
	d.die(t, failure.DestinationUnavailable, keys(2)...)
	d.set(func() { d.sick = 1000 })
	first := start(t, replay.Input{Destination: d.name, Automatic: true})
	require.Eventually(t, func() bool {
		sick := 0
		d.set(func() { sick = d.sick })
		return sick < 1000 // it probes, and so has the lock
	}, patient, 50*time.Millisecond)
	_, err := clients.executions.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &first})
	require.NoError(t, err)
	ended(t, first)
	d.set(func() { d.sick = 0 })
	report := reported(t, start(t, replay.Input{Destination: d.name, Automatic: true}))
	require.Equal(t, replay.Complete, report.Outcome)
	require.Equal(t, int64(2), report.Delivered)
}
