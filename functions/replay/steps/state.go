package steps

import (
	"encoding/json"
	"time"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

// Action is what the state machine does next.
type Action string

// The actions.
const (
	actionWait   Action = "wait"   // until the cool-down is over, then begin again
	actionProbe  Action = "probe"  // ask the destination whether it is well, then replay
	actionReplay Action = "replay" // a round of batches
	actionPace   Action = "pace"   // wait, so as to keep to the rate, then replay
	actionAgain  Action = "again"  // finish here, and go on in another execution
	actionFinish Action = "finish"
)

// State is what is known between two steps.
type State struct {
	Action      Action `json:"action"`
	WaitSeconds int64  `json:"wait_seconds"`

	Input  replay.Input `json:"input"`
	Target Target       `json:"target"`

	// Totals are those of the rounds so far, with those of the executions that this one continues.
	replay.Totals
	// Depth is what the dead-letter queue had, Budget how many of its messages are still to be looked at: one execution is
	// one pass over the queue, however many of them fail again. Limit is how many may still be replayed; -1 is all.
	Depth  int64 `json:"depth"`
	Budget int64 `json:"budget"`
	Limit  int64 `json:"limit"`
	// HideUntil is when the pass should be over. Until then it hides what it has looked at from itself.
	HideUntil time.Time `json:"hide_until"`
	StartedAt time.Time `json:"started_at"`
	// Hidden counts messages that are hidden until then.
	Hidden int64 `json:"hidden"`

	// Lanes are numbered, for the state machine's Map. Batch is how many messages each takes at most.
	Lanes []int `json:"lanes"`
	Batch int64 `json:"batch"`
	// Round counts the rounds of this execution.
	Round int64 `json:"round"`

	// Patience is how many more rounds may show messages again that failed because the destination is down, or because another
	// worker was delivering them. After that they are left.
	Patience int `json:"patience"`
	// Stuck counts rounds in a row in which no lane succeeded, FailedLanes those that failed in all, and Crashed messages with
	// which the destination's function fails even when they come alone.
	Stuck       int    `json:"stuck"`
	FailedLanes int64  `json:"failed_lanes"`
	Crashed     int64  `json:"crashed"`
	LaneError   string `json:"lane_error,omitempty"`

	// Superseded says that another automatic replay is at work.
	Superseded bool `json:"superseded,omitempty"`
	// Unhealthy is what the probe said last, when the state machine gave up on it.
	Unhealthy *Caught `json:"unhealthy,omitempty"`
	// Results are those of the round's lanes, for the tally.
	Results []Result `json:"results,omitempty"`
}

// Target is what is replayed, and where it goes.
type Target struct {
	Environment      string `json:"environment"`
	Workspace        string `json:"workspace"`
	Function         string `json:"function"`
	TimeoutSeconds   int    `json:"timeout_seconds"`
	BatchSize        int64  `json:"batch_size"`
	QueueARN         string `json:"queue_arn"`
	DLQURL           string `json:"dlq_url"`
	LedgerTable      string `json:"ledger_table"`
	QuarantineBucket string `json:"quarantine_bucket"`
	ParkedPrefix     string `json:"parked_prefix"`
	AlarmTopic       string `json:"alarm_topic"`
}

// maxBatch bounds a batch: one event of Lambda's has room for some thousands of messages.
const maxBatch = 1000

func newTarget(d *deployment.Deployment, to deployment.Destination) Target {
	return Target{
		Environment: d.Environment, Workspace: d.Workspace, Function: to.Function, TimeoutSeconds: to.TimeoutSeconds,
		BatchSize: int64(min(max(to.BatchSize, 1), maxBatch)), QueueARN: to.QueueARN, DLQURL: to.DLQURL,
		LedgerTable: d.LedgerTable, QuarantineBucket: d.QuarantineBucket, ParkedPrefix: d.ParkedPrefix, AlarmTopic: d.AlarmTopic,
	}
}

// Result is what one lane did in one round.
type Result struct {
	replay.Totals
	// Again are messages that failed because the destination is down, by code. They were shown again, and count as not looked at.
	Again map[failure.Code]int64 `json:"again,omitempty"`
	// Empty says that the lane looked for messages and found none.
	Empty     bool      `json:"empty,omitempty"`
	Hidden    int64     `json:"hidden,omitempty"`
	Crashed   int64     `json:"crashed,omitempty"`
	StartedAt time.Time `json:"started_at"`
	// Error is there when the lane failed. The state machine writes it, and nothing else of the result.
	Error *Caught `json:"error,omitempty"`
}

// Caught is an error as the state machine catches it.
type Caught struct {
	Error string `json:"Error"`
	// Cause is what a function said: as JSON, if it was its own error.
	Cause string `json:"Cause"`
}

// String is the error for people, in a line.
func (c Caught) String() string {
	var said struct{ ErrorType, ErrorMessage string }
	if json.Unmarshal([]byte(c.Cause), &said) == nil && said.ErrorMessage != "" {
		return cut(said.ErrorMessage)
	}
	if c.Cause == "" {
		return c.Error
	}
	return cut(c.Error + ": " + c.Cause)
}
