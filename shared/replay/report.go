package replay

import (
	"time"

	"github.com/rumline/rumline/shared/failure"
)

// Unknown is the code of a message whose failure nobody recorded: its invocations were killed, throttled, or could not
// reach the ledger.
const Unknown failure.Code = "unknown"

// Counts is what became of messages.
type Counts struct {
	// Examined were received; Matched, of those, are what the filter chose. Each of the matched ones is then exactly one
	// of the following.
	Examined int64 `json:"examined"`
	Matched  int64 `json:"matched"`
	// Delivered were acknowledged by the destination and deleted. In a dry run they would be tried.
	Delivered int64 `json:"delivered"`
	// Parked can never be delivered. They are kept in the quarantine bucket with their reason, and deleted. In a dry run
	// they would be parked.
	Parked int64 `json:"parked"`
	// Left failed again, for now. They stay in the dead-letter queue.
	Left int64 `json:"left"`
}

// Add adds what became of others.
func (c *Counts) Add(o Counts) {
	c.Examined += o.Examined
	c.Matched += o.Matched
	c.Delivered += o.Delivered
	c.Parked += o.Parked
	c.Left += o.Left
}

// Totals are counts, and what they consist of.
type Totals struct {
	Counts
	// ByCode are the counts by the last failure before the replay.
	ByCode map[failure.Code]Counts `json:"by_code,omitempty"`
	// LeftBy are the messages that are left, by the code of their failure in this replay.
	LeftBy map[failure.Code]int64 `json:"left_by,omitempty"`
	// Rounds is how often each lane took a batch.
	Rounds int64 `json:"rounds"`
}

// Add adds other totals.
func (t *Totals) Add(o Totals) {
	t.Counts.Add(o.Counts)
	for code, counts := range o.ByCode {
		t.Count(code, counts)
	}
	for code, n := range o.LeftBy {
		t.CountLeft(code, n)
	}
	t.Rounds += o.Rounds
}

// Count adds what became of messages whose last failure was of a code, in ByCode alone.
func (t *Totals) Count(code failure.Code, c Counts) {
	if t.ByCode == nil {
		t.ByCode = map[failure.Code]Counts{}
	}
	c.Add(t.ByCode[code])
	t.ByCode[code] = c
}

// CountLeft adds messages that failed again with a code, in LeftBy alone.
func (t *Totals) CountLeft(code failure.Code, n int64) {
	if t.LeftBy == nil {
		t.LeftBy = map[failure.Code]int64{}
	}
	t.LeftBy[code] += n
}

// Outcome says how a replay ended.
type Outcome string

// The outcomes.
const (
	// Complete: every message that the filter chose was delivered or parked.
	Complete Outcome = "complete"
	// Partial: some failed again and are left, or max_messages was reached.
	Partial Outcome = "partial"
	// Continued: another execution goes on with it.
	Continued Outcome = "continued"
	// Unhealthy: the destination did not become well in time. Nothing is lost; nothing more was tried.
	Unhealthy Outcome = "unhealthy"
	// Superseded: another automatic replay of the destination is at work.
	Superseded Outcome = "superseded"
	// DryRun: nothing was changed.
	DryRun Outcome = "dry_run"
)

// Report is the output of an execution.
type Report struct {
	Destination string  `json:"destination"`
	Execution   string  `json:"execution"`
	Input       Input   `json:"input"`
	Outcome     Outcome `json:"outcome"`
	// Totals are those of this execution and of those that it continues.
	Totals
	// Depth is how many messages the dead-letter queue had at the beginning.
	Depth int64 `json:"depth"`
	// VisibleAt is when everything that is left can be seen again: until then the replay hides it from itself.
	VisibleAt time.Time `json:"visible_at,omitzero"`
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	// Error is what the destination said, if the outcome is Unhealthy, or what went wrong with batches.
	Error string `json:"error,omitempty"`
	// ContinuedAs is the execution that goes on, or that tries again what an automatic replay has left.
	ContinuedAs string `json:"continued_as,omitempty"`
	// GaveUp says that an automatic replay has left messages, and that nothing tries them again by itself.
	GaveUp bool `json:"gave_up,omitempty"`
}
