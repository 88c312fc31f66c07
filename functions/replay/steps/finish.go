package steps

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/rumline/rumline/shared/replay"
)

// finish reports what the replay did, and starts the execution that goes on with it, or that tries again later what an
// automatic replay has left. It may be done twice.
func (s *Steps) finish(ctx context.Context, r Request) (replay.Report, error) {
	state := r.State
	report := s.report(state, r.Execution)
	switch {
	case report.Outcome == replay.Superseded:
		return report, nil
	case report.Outcome == replay.Continued:
		next := state.Input
		next.Before = &replay.Before{
			Totals: state.Totals, Depth: state.Depth, Budget: state.Budget,
			Hidden: state.Hidden, HiddenUntil: state.HideUntil, StartedAt: state.StartedAt,
		}
		var err error
		report.ContinuedAs, err = s.goOn(ctx, r, next, s.Now())
		return report, err
	case state.Input.Automatic:
		if err := s.retryOrGiveUp(ctx, r, &report); err != nil {
			return replay.Report{}, err
		}
	}
	if err := s.emit(state.Target, report); err != nil {
		return replay.Report{}, err
	}
	if err := s.publish(ctx, state.Target, report); err != nil {
		return replay.Report{}, err
	}
	return report, nil
}

func (s *Steps) report(state State, execution string) replay.Report {
	report := replay.Report{
		Destination: state.Input.Destination, Execution: execution, Input: state.Input, Totals: state.Totals,
		Depth: state.Depth, StartedAt: state.StartedAt, EndedAt: s.Now().UTC(), Error: state.LaneError,
	}
	// They are in the totals.
	report.Input.Before = nil
	if state.Hidden > 0 && state.HideUntil.After(report.EndedAt) {
		report.VisibleAt = state.HideUntil
	}
	switch {
	case state.Superseded:
		report.Outcome = replay.Superseded
	case state.Unhealthy != nil:
		report.Outcome, report.Error = replay.Unhealthy, state.Unhealthy.String()
	case state.Action == actionAgain:
		report.Outcome = replay.Continued
	case state.Input.DryRun:
		report.Outcome = replay.DryRun
	case state.Left > 0 || state.FailedLanes > 0 && state.Budget > 0 || state.Limit == 0 && state.Budget > 0:
		report.Outcome = replay.Partial
	default:
		report.Outcome = replay.Complete
	}
	return report
}

// retryOrGiveUp ends an automatic replay: the next one begins after the cool-down. What started it was an alarm's beginning, and
// an alarm that lasts begins no more: a message that dies while it lasts would be nobody's. So the last one of a chain is one
// that has looked at the queue after the cool-down, and found nothing.
func (s *Steps) retryOrGiveUp(ctx context.Context, r Request, report *replay.Report) error {
	input := r.State.Input
	visible, hidden, err := s.queue(r.State).Depth(ctx)
	if err != nil {
		return err
	}
	nothing := visible+hidden == 0 && report.Examined == 0
	failed := report.Outcome != replay.Complete
	next := input
	next.Before = nil
	if failed {
		next.Attempt++
	}
	cooled := s.Now().Add(time.Duration(s.CooldownSeconds) * time.Second << min(next.Attempt, s.Attempts))
	report.GaveUp = failed && input.Attempt >= s.Attempts
	if report.GaveUp || !failed && nothing {
		return s.lock(r.State.Target).pass(ctx, input.Destination, r.Execution, "", cooled)
	}
	report.ContinuedAs, err = s.goOn(ctx, r, next, cooled)
	return err
}

// goOn starts another execution, to begin at some time, and passes the lock on to it.
func (s *Steps) goOn(ctx context.Context, r Request, input replay.Input, at time.Time) (string, error) {
	// The same name each time: done twice, it is one execution.
	sum := sha256.Sum256([]byte(r.Execution))
	name := hex.EncodeToString(sum[:16])
	execution := strings.Replace(r.Machine, ":stateMachine:", ":execution:", 1) + ":" + name
	if input.Automatic {
		// First: it is to find the lock in its own hands.
		if err := s.lock(r.State.Target).pass(ctx, input.Destination, r.Execution, execution, at); err != nil {
			return "", err
		}
	}
	encoded, err := json.Marshal(input)
	if err != nil {
		return "", fmt.Errorf("write an input: %w", err)
	}
	text := string(encoded)
	_, err = s.Executions.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &r.Machine, Name: &name, Input: &text})
	if _, ok := errors.AsType[*sfntypes.ExecutionAlreadyExists](err); err != nil && !ok {
		return "", fmt.Errorf("start the execution that goes on: %w", err)
	}
	return execution, nil
}
