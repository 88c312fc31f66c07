package e2e

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/deadletters"
	"github.com/rumline/rumline/shared/replay"
)

// How many dead letters there are of each kind.
const (
	deliverable = 20
	gone        = 5
	poison      = 4
)

// requireReplayable: the on-call sees why messages are dead-lettered, has those delivered that can be, once, and those
// parked that cannot be.
func (p *pipeline) requireReplayable(t *testing.T) {
	const dest = "clickhouse"
	p.disarm(t, dest)
	p.hurry(t, dest, 4*time.Second)
	began := p.happened.now()
	p.send(t, dest, append(p.missing(t, gone), malformed(poison)...))
	p.awaitDead(t, dest, gone+poison)
	end := p.outage(t)
	p.put(t, traffic("dead", 3, 2000, deliverable))
	p.awaitDead(t, dest, gone+poison+deliverable)
	end()

	all := map[failure.Code]int64{
		failure.DestinationUnavailable: deliverable, failure.ObjectMissing: gone, failure.MalformedMessage: poison,
	}
	require.Equal(t, all, p.reasons(t, dest))
	shown := oncall[[]letter](t, p, attention, "dlq-show", "-dest", dest, "-code", string(failure.DestinationUnavailable), "-limit", "100")
	require.Len(t, shown, deliverable)
	for _, l := range shown {
		require.Len(t, l.Objects, 1)
		require.Contains(t, l.Objects[0], "/rum/dead/")
		require.Equal(t, failure.DestinationUnavailable, l.Code)
		require.NotEmpty(t, l.Error)
	}
	require.Empty(t, oncall[[]letter](t, p, well, "dlq-show", "-dest", dest, "-code", string(failure.Internal)))

	would := oncall[replay.Report](t, p, well, "replay", "-dest", dest, "-dry-run")
	const every = deliverable + gone + poison
	require.Equal(t, replay.DryRun, would.Outcome)
	require.Equal(t, replay.Counts{Examined: every, Matched: every, Delivered: deliverable, Parked: gone + poison}, would.Counts)
	require.Equal(t, all, p.reasons(t, dest))
	require.Empty(t, p.parked(t, dest))

	some := oncall[replay.Report](t, p, well, "replay", "-dest", dest, "-code", string(failure.ObjectMissing), "-yes")
	require.Equal(t, replay.Complete, some.Outcome)
	require.Equal(t, replay.Counts{Examined: every, Matched: gone, Parked: gone}, some.Counts)
	delete(all, failure.ObjectMissing)
	require.Equal(t, all, p.reasons(t, dest))
	parked := p.parked(t, dest)
	require.Len(t, parked, gone)
	for _, one := range parked {
		require.Equal(t, failure.ObjectMissing, one.Code)
		require.NotEmpty(t, one.Error)
	}

	back := oncall[struct{ Messages []string }](t, p, well, "dlq-unpark", "-dest", dest, "-yes", parked[0].ID)
	require.Equal(t, []string{parked[0].ID}, back.Messages)
	require.Len(t, p.parked(t, dest), gone-1)
	p.awaitDead(t, dest, deliverable+poison+1)

	const rest = deliverable + poison + 1
	require.Equal(t, replay.Counts{Examined: rest, Matched: rest, Delivered: deliverable, Parked: poison + 1}, p.replayTwice(t, dest, rest/2+1))
	require.Empty(t, p.reasons(t, dest))
	byCode := map[failure.Code]int{}
	for _, one := range p.parked(t, dest) {
		byCode[one.Code]++
	}
	require.Equal(t, map[failure.Code]int{failure.ObjectMissing: gone, failure.MalformedMessage: poison}, byCode)
	require.NoError(t, p.Drain(t.Context(), p.deployment, patience))
	p.requireNoDeadLetters(t)
	p.requireConserved(t)
	p.compare(t, dest)
	for _, alarm := range []string{"dlq-depth", "failure-object-missing", "failure-malformed-message"} {
		require.Positive(t, p.happened.since(began, "-clickhouse-"+alarm, "ALARM"), alarm)
	}
}

// letter is a dead letter as dlq-show shows it.
type letter struct {
	Objects []string
	Code    failure.Code
	Error   string
}

// reasons is how many of a destination's dead letters failed with which code.
func (p *pipeline) reasons(t *testing.T, destination string) map[failure.Code]int64 {
	t.Helper()
	out, exit, err := p.run(t, "dlq", "-json", "-dest", destination)
	require.NoError(t, err)
	var surveys []deadletters.Survey
	require.NoError(t, json.Unmarshal(out, &surveys), string(out))
	require.Len(t, surveys, 1)
	byCode := map[failure.Code]int64{}
	for _, r := range surveys[0].Reasons {
		byCode[r.Code] = r.Messages
	}
	want := attention
	if surveys[0].Empty() {
		want = well
	}
	require.Equal(t, want, exit)
	return byCode
}

func (p *pipeline) parked(t *testing.T, destination string) []replay.Parked {
	t.Helper()
	return oncall[[]replay.Parked](t, p, well, "dlq-parked", "-dest", destination)
}

// replayTwice starts two replays at once, neither of which may do it all, and returns what they did together.
func (p *pipeline) replayTwice(t *testing.T, destination string, most int) (both replay.Counts) {
	t.Helper()
	var reports [2]replay.Report
	var group errgroup.Group
	for i := range reports {
		group.Go(func() error {
			out, exit, err := p.run(t, "replay", "-json", "-yes", "-dest", destination, "-max", strconv.Itoa(most))
			assert.Equal(t, well, exit)
			if err != nil {
				return err
			}
			return json.Unmarshal(out, &reports[i])
		})
	}
	require.NoError(t, group.Wait())
	for i := range reports {
		require.Positive(t, reports[i].Matched)
		both.Add(reports[i].Counts)
	}
	return both
}
