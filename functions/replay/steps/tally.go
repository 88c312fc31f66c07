package steps

import (
	"context"
	"fmt"
	"time"
)

// Limits of an execution.
const (
	// maxHistory is how many events a round's part of an execution's history may come to: Step Functions ends an execution with
	// 25,000, and retries need room.
	maxHistory = 10_000
	// eventsPerRound are those of a round besides its lanes, eventsPerLane those of each.
	eventsPerRound, eventsPerLane = 15, 7
	// maxStuck ends a replay in which no lane succeeds, round after round, and maxCrashed one that meets so many messages with
	// which the function fails.
	maxStuck, maxCrashed = 8, 20
	// shrink is by how much batches become smaller when the function fails with one, to find the message that it fails with,
	// and larger again afterwards.
	shrink = 4
	// busySeconds are waited where another worker is delivering what is left.
	busySeconds = 10
)

// tally adds what the lanes of a round did, and decides what comes next.
func (s *Steps) tally(ctx context.Context, state State) State {
	round := state.add()
	s.Log.InfoContext(ctx, "round", "destination", state.Input.Destination, "round", state.Round, "lanes", len(state.Lanes),
		"failed_lanes", round.failed, "batch", state.Batch, "examined", state.Examined, "matched", state.Matched,
		"delivered", state.Delivered, "parked", state.Parked, "left", state.Left, "again", round.again, "budget", state.Budget)
	state.resize(round)
	state.decide(round, s.Now())
	return state
}

// round is what became of one.
type round struct {
	failed, broke int   // lanes: all that failed, and those for another reason than being throttled
	again, tried  int64 // messages
	busy          int64 // of those again, that another worker is delivering
	empty         bool
	startedAt     time.Time
}

// add takes the lanes' results into the state.
func (s *State) add() round {
	r := round{empty: true}
	for _, result := range s.Results {
		if caught := result.Error; caught != nil {
			r.failed++
			r.empty = false
			s.LaneError = caught.String()
			if caught.Error != typeFunctionThrottled {
				r.broke++
			}
			continue
		}
		s.Add(result.Totals)
		s.Budget -= result.Examined
		if s.Limit >= 0 {
			s.Limit = max(0, s.Limit-result.Matched)
		}
		s.Hidden += result.Hidden
		s.Crashed += result.Crashed
		r.tried += result.Matched
		for code, n := range result.Again {
			r.again += n
			if busy(code) {
				r.busy += n
			}
		}
		if !result.Empty && (result.Examined > 0 || len(result.Again) > 0) {
			r.empty = false
		}
		if r.startedAt.IsZero() || result.StartedAt.Before(r.startedAt) {
			r.startedAt = result.StartedAt
		}
	}
	s.FailedLanes += int64(r.failed)
	s.Results = nil
	s.Rounds++
	s.Round++
	return r
}

func (s *State) resize(r round) {
	if r.broke > 0 {
		s.Batch = max(1, s.Batch/shrink)
	} else {
		s.Batch = min(s.Target.BatchSize, s.Batch*shrink)
	}
	s.Stuck++
	if r.failed < len(s.Lanes) {
		s.Stuck = 0
	}
	if r.again > 0 {
		s.Patience--
	}
}

func (s *State) decide(r round, now time.Time) {
	s.Action, s.WaitSeconds = actionReplay, 0
	switch {
	case s.Crashed > maxCrashed:
		s.Action = actionFinish
		s.Unhealthy = &Caught{Error: typeFunctionFailed, Cause: fmt.Sprintf("the function fails with %d messages even when they come alone", s.Crashed)}
	case s.Stuck > maxStuck:
		s.Action = actionFinish
		s.Unhealthy = &Caught{Error: typeFunctionFailed, Cause: s.LaneError}
	case s.Budget <= 0 || s.Limit == 0 || r.empty:
		s.Action = actionFinish
	case s.Round >= s.maxRounds():
		s.Action = actionAgain
	case r.failed == 0 && r.busy > 0 && r.busy == r.again:
		s.Action, s.WaitSeconds = actionPace, max(busySeconds, s.ahead(r, now))
	case r.failed > 0 || r.again > r.tried:
		s.Action = actionProbe
	default:
		if wait := s.ahead(r, now); wait > 0 {
			s.Action, s.WaitSeconds = actionPace, wait
		}
	}
}

// ahead is how many seconds a round was faster than the rate that is wanted, if there is one.
func (s *State) ahead(r round, now time.Time) int64 {
	if s.Input.Rate <= 0 || s.Input.DryRun {
		return 0
	}
	wait := time.Duration(r.tried)*time.Second/time.Duration(s.Input.Rate) - now.Sub(r.startedAt)
	return max(0, int64((wait+time.Second-1)/time.Second))
}

// maxRounds is how many rounds an execution has room for.
func (s *State) maxRounds() int64 {
	return min(400, int64(maxHistory/(eventsPerRound+eventsPerLane*len(s.Lanes))))
}
