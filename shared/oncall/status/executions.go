package status

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/rumline/rumline/shared/oncall/mapping"
	"github.com/rumline/rumline/shared/oncall/place"
)

// Replay is a replay that runs.
type Replay struct {
	// Execution is its ARN, to follow or to stop it by.
	Execution string    `json:"execution"`
	Since     time.Time `json:"since"`
	// Automatic says that an alarm has started it.
	Automatic bool `json:"automatic"`
	DryRun    bool `json:"dry_run"`
}

// Breaker is a destination's circuit breaker.
type Breaker struct {
	State State `json:"state"`
	// Since is when it opened, Execution what probes the destination; neither, where it was paused by hand.
	Since     time.Time `json:"since,omitzero"`
	Execution string    `json:"execution,omitempty"`
	// Mapping is the state of the event source mapping, as Lambda calls it.
	Mapping string `json:"mapping"`
}

// State says whether a destination gets messages.
type State string

// The states.
const (
	// Closed: messages flow.
	Closed State = "closed"
	// Open: the destination is down, and the breaker holds its messages in the queue until it is well.
	Open State = "open"
	// HalfOpen: the breaker tries the destination with few messages.
	HalfOpen State = "half_open"
	// Paused: somebody has paused the destination by hand.
	Paused State = "paused"
	// Settling: the mapping is on its way from one state to another.
	Settling State = "settling"
)

func breaker(state string, opened execution) Breaker {
	b := Breaker{Mapping: state, Since: opened.since, Execution: opened.arn}
	switch {
	case opened.arn != "" && state == mapping.Enabled:
		b.State = HalfOpen
	case opened.arn != "":
		b.State = Open
	case state == mapping.Enabled:
		b.State = Closed
	case state == mapping.Disabled:
		b.State = Paused
	default:
		b.State = Settling
	}
	return b
}

// execution is one that runs, with what it was started with.
type execution struct {
	arn   string
	since time.Time
	input struct {
		Destination string `json:"destination"`
		Automatic   bool   `json:"automatic"`
		DryRun      bool   `json:"dry_run"`
		// Rearm says that a breaker is closed already, and only looks after its alarm.
		Rearm *bool `json:"rearm"`
	}
}

// openBreakers are the executions of the breaker's state machine, by their destination.
func openBreakers(ctx context.Context, p *place.Place) (map[string]execution, error) {
	open := map[string]execution{}
	err := running(ctx, p.SFN, p.BreakerStateMachine, func(e execution) error {
		before, ok := open[e.input.Destination]
		if e.input.Rearm != nil || ok && !e.since.Before(before.since) {
			return nil
		}
		done, err := hasClosed(ctx, p.SFN, e.arn)
		if err == nil && !done {
			open[e.input.Destination] = e
		}
		return err
	})
	return open, err
}

// OpenBreaker is the execution that holds a destination's messages; none if its ARN is empty.
func OpenBreaker(ctx context.Context, p *place.Place, destination string) (arn string, since time.Time, err error) {
	open, err := openBreakers(ctx, p)
	return open[destination].arn, open[destination].since, err
}

func runningReplays(ctx context.Context, p *place.Place) (map[string][]Replay, error) {
	all := map[string][]Replay{}
	err := running(ctx, p.SFN, p.ReplayStateMachine, func(e execution) error {
		all[e.input.Destination] = append(all[e.input.Destination], Replay{
			Execution: e.arn, Since: e.since, Automatic: e.input.Automatic, DryRun: e.input.DryRun,
		})
		return nil
	})
	return all, err
}

// running finds a state machine's executions that run.
func running(ctx context.Context, client place.SFN, machine string, found func(execution) error) error {
	pages := sfn.NewListExecutionsPaginator(client, &sfn.ListExecutionsInput{
		StateMachineArn: &machine, StatusFilter: types.ExecutionStatusRunning,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the running executions of %s: %w", machine, err)
		}
		for _, one := range page.Executions {
			out, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: one.ExecutionArn})
			if err != nil {
				return fmt.Errorf("look at %s: %w", aws.ToString(one.ExecutionArn), err)
			}
			e := execution{arn: aws.ToString(one.ExecutionArn), since: aws.ToTime(one.StartDate).UTC()}
			if err := unwrap([]byte(aws.ToString(out.Input)), &e.input); err != nil {
				return fmt.Errorf("read the input of %s: %w", e.arn, err)
			}
			if err := found(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// unwrap reads an input that may be a string of JSON itself: EventBridge hands on what an earlier execution was given as one.
func unwrap(text []byte, into any) error {
	var inner string
	for json.Unmarshal(text, &inner) == nil {
		text = []byte(inner)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	return nil
}
