// Package steps are the steps of the replay's state machine, terraform/modules/replay/replay.asl.json: begin, then batches in
// lanes, a tally of each round of them, and finish. What one step has to know of those before it is in the State, which the
// state machine carries: a step that is repeated, on another machine or after a crash, finds everything that it needs.
//
// Nothing is lost by a crash at any point, since a message is deleted only after it was acknowledged by the destination or
// parked. Nothing is delivered twice by doing anything twice, since delivery is exactly once.
package steps

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/rumline/rumline/shared/replay"
)

// Steps does the steps. It is safe for concurrent use.
type Steps struct {
	Config

	Parameters ssm.GetParametersByPathAPIClient
	Queues     replay.QueueClient
	Objects    replay.ParkingClient
	Functions  Invoker
	Executions Executions
	Locks      LockClient
	Topics     Publisher
	// Failures returns the failures that a destination has recorded in a table.
	Failures func(table, destination string) replay.FailureReader
	// Metrics takes lines of metrics: the function's standard output.
	Metrics io.Writer
	Log     *slog.Logger
	Now     func() time.Time
}

// Config is what the function reads from its environment. The tags are those of caarlos0/env.
type Config struct {
	Workspace string     `env:"RUMLINE_WORKSPACE,required,notEmpty"`
	LogLevel  slog.Level `env:"RUMLINE_LOG_LEVEL"                   envDefault:"info"`
	// CooldownSeconds is the least time between two automatic replays of a destination; it doubles with each attempt that
	// leaves messages.
	CooldownSeconds int64 `env:"RUMLINE_REPLAY_COOLDOWN_SECONDS" envDefault:"900"`
	// Attempts is how often an automatic replay tries again what it has left.
	Attempts int `env:"RUMLINE_REPLAY_ATTEMPTS" envDefault:"3"`
}

// Request is what the state machine invokes the function with.
type Request struct {
	Step string `json:"step"`
	// Execution and Machine are ARNs.
	Execution string `json:"execution"`
	Machine   string `json:"machine"`
	// Input is what the execution was started with; of begin alone.
	Input json.RawMessage `json:"input,omitempty"`
	// State is what the step before has answered; of all others.
	State State `json:"state,omitzero"`
	// Lane numbers the batches of a round.
	Lane int `json:"lane"`
}

// Handle does one step. Its errors have types, which the state machine knows.
func (s *Steps) Handle(ctx context.Context, r Request) (any, error) {
	answer, err := s.do(ctx, r)
	if err != nil {
		s.Log.ErrorContext(ctx, "step failed", "step", r.Step, "execution", r.Execution, "lane", r.Lane, "error", err.Error())
		return nil, typed(err)
	}
	return answer, nil
}

func (s *Steps) do(ctx context.Context, r Request) (any, error) {
	switch r.Step {
	case "begin":
		return s.begin(ctx, r)
	case "batch":
		return s.batch(ctx, r.State, r.Lane)
	case "tally":
		return s.tally(ctx, r.State), nil
	case "finish":
		return s.finish(ctx, r)
	default:
		return nil, invalid("there is no step %q", r.Step)
	}
}
