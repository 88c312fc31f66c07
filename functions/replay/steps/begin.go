package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/replay"
)

// begin checks the input and plans the pass over the queue. An automatic replay begins when no other is at work, and after
// the cool-down of the last one.
func (s *Steps) begin(ctx context.Context, r Request) (State, error) {
	input, err := parseInput(r.Input)
	if err != nil {
		return State{}, invalid("the input is wrong: %w", err)
	}
	there, err := deployment.Load(ctx, s.Parameters, s.Workspace)
	if err != nil {
		return State{}, err
	}
	destination, err := there.Destination(input.Destination)
	if err != nil {
		return State{}, invalid("the input is wrong: %w", err)
	}
	state := State{Action: actionFinish, Input: input, Target: newTarget(there, destination), StartedAt: s.Now().UTC(), Limit: -1}
	if input.Automatic {
		proceed, err := s.takeTurn(ctx, &state, r.Execution)
		if err != nil || !proceed {
			return state, err
		}
	}
	visible, _, err := s.queue(state).Depth(ctx)
	if err != nil {
		return State{}, err
	}
	state.plan(destination, visible)
	return state, nil
}

// takeTurn says whether an automatic replay may go on now. If not, the state says what to do instead.
func (s *Steps) takeTurn(ctx context.Context, state *State, execution string) (bool, error) {
	notBefore, mine, err := s.lock(state.Target).take(ctx, state.Input.Destination, execution)
	switch wait := notBefore.Sub(s.Now()); {
	case err != nil:
		return false, err
	case !mine:
		state.Superseded = true
		return false, nil
	case wait > 0:
		state.Action, state.WaitSeconds = actionWait, int64((wait+time.Second-1)/time.Second)
		return false, nil
	default:
		return true, nil
	}
}

// A pass is planned by what SQS and a destination do at least; what takes longer is met twice, which is harmless.
const (
	plannedStart = 30 * time.Second
	plannedRate  = 150 // messages a second
	plannedMost  = 12*time.Hour - 10*time.Minute
	patience     = 5
	maxLanes     = 40 // what a Map of a state machine runs at once
)

// plan says how the queue is gone through.
func (s *State) plan(to deployment.Destination, visible int64) {
	// Event source mappings use the function up to the maximum concurrency. The rest of what is reserved is there for us.
	for lane := range min(max(to.ReservedConcurrency-to.MaximumConcurrency, 1), maxLanes) {
		s.Lanes = append(s.Lanes, lane)
	}
	s.Batch, s.Patience, s.Depth, s.Budget = s.Target.BatchSize, patience, visible, visible
	if s.Input.MaxMessages > 0 {
		s.Limit = s.Input.MaxMessages
	}
	if before := s.Input.Before; before != nil {
		s.Totals, s.Depth, s.StartedAt = before.Totals, before.Depth, before.StartedAt
		s.Hidden, s.HideUntil = before.Hidden, before.HiddenUntil
		s.Budget = min(visible, before.Budget)
		if s.Limit >= 0 {
			s.Limit = max(0, s.Limit-before.Matched)
		}
	}
	rate := int64(plannedRate)
	if s.Input.Rate > 0 {
		rate = min(rate, s.Input.Rate)
	}
	takes := plannedStart + time.Duration(s.Budget/rate)*time.Second
	if !s.Input.DryRun {
		takes += time.Duration(to.TimeoutSeconds) * time.Second
	}
	if until := s.StartedAt.Add(min(takes, plannedMost)); until.After(s.HideUntil) {
		s.HideUntil = until
	}
	switch {
	case s.Budget == 0 || s.Limit == 0:
		s.Action = actionFinish
	case s.Input.DryRun: // it asks nothing of the destination
		s.Action = actionReplay
	default:
		s.Action = actionProbe
	}
}

// parseInput reads an input. What it does not know may be a typing error in a filter, and would replay what nobody wanted.
func parseInput(text []byte) (replay.Input, error) {
	var input replay.Input
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&input); err != nil {
		return replay.Input{}, err //nolint:wrapcheck // the caller says what it is
	}
	return input, input.Check()
}

func (s *Steps) queue(state State) *replay.Queue {
	failures := s.Failures(state.Target.LedgerTable, state.Input.Destination)
	return replay.NewQueue(s.Queues, failures, state.Target.DLQURL)
}
