// Package replay is what a replay of a dead-letter queue is asked and what it answers, and the dead letters themselves:
// how they are received, why they are there, how they are parked. The replay's state machine (functions/replay) and the
// on-call's commands both speak it.
package replay

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
)

// Input is what the state machine is started with.
type Input struct {
	Destination string `json:"destination"`
	Filter      Filter `json:"filter"`
	// MaxMessages bounds how many messages are replayed; 0 means all.
	MaxMessages int64 `json:"max_messages,omitempty"`
	// Rate bounds how many messages are replayed in a second; 0 means as fast as the destination takes them.
	Rate int64 `json:"rate,omitempty"`
	// DryRun looks at every message, says what would become of it, and changes nothing.
	DryRun bool `json:"dry_run,omitempty"`
	// Automatic says that an alarm started it: it waits out the cool-down, tries again later what is left, and tells
	// people when it gives up.
	Automatic bool `json:"automatic,omitempty"`
	// Attempt counts the executions of an automatic replay, from 0.
	Attempt int `json:"attempt,omitempty"`
	// By says who started it, for the report.
	By string `json:"by,omitempty"`
	// Before is where the execution stopped that this one continues. Nobody but that one sets it.
	Before *Before `json:"before,omitempty"`
}

// Before is what an execution hands over to the one that continues it: Step Functions bounds the history of one.
type Before struct {
	Totals
	// Depth is what the dead-letter queue had when the first of them began, Budget how many messages are still to be looked at.
	Depth  int64 `json:"depth"`
	Budget int64 `json:"budget"`
	// Hidden counts messages that were looked at and left, HiddenUntil is until when they are hidden. StartedAt is when the
	// first of them began.
	Hidden      int64     `json:"hidden"`
	HiddenUntil time.Time `json:"hidden_until"`
	StartedAt   time.Time `json:"started_at"`
}

// Filter chooses dead letters. What is zero chooses all.
type Filter struct {
	// Codes are those of the last failure.
	Codes []failure.Code `json:"codes,omitempty"`
	// OlderThanSeconds is the least time since the message was first sent.
	OlderThanSeconds int64 `json:"older_than_seconds,omitempty"`
	// KeyPrefix begins the key of one of the message's objects.
	KeyPrefix string `json:"key_prefix,omitempty"`
}

// Check says what is wrong with an input, whatever there is of it.
func (i Input) Check() error {
	var wrong []error
	if i.Destination == "" {
		wrong = append(wrong, errors.New("destination is missing"))
	}
	for _, field := range []struct {
		name string
		n    int64
	}{
		{"max_messages", i.MaxMessages},
		{"rate", i.Rate},
		{"filter.older_than_seconds", i.Filter.OlderThanSeconds},
		{"attempt", int64(i.Attempt)},
	} {
		if field.n < 0 {
			wrong = append(wrong, fmt.Errorf("%s is %d; it must not be negative", field.name, field.n))
		}
	}
	for _, c := range i.Filter.Codes {
		if !c.Known() && c != Unknown {
			wrong = append(wrong, fmt.Errorf("filter.codes has %q, which is no code", c))
		}
	}
	if b := i.Before; b != nil && b.Budget < 0 {
		wrong = append(wrong, fmt.Errorf("before.budget is %d; it must not be negative", b.Budget))
	}
	return errors.Join(wrong...)
}

// OlderThan is the filter's age.
func (f Filter) OlderThan() time.Duration { return time.Duration(f.OlderThanSeconds) * time.Second }

// All says whether the filter chooses all letters.
func (f Filter) All() bool { return len(f.Codes) == 0 && f.OlderThanSeconds == 0 && f.KeyPrefix == "" }

// Matches says whether the filter chooses a letter.
func (f Filter) Matches(l Letter, now time.Time) bool {
	if len(f.Codes) > 0 && !slices.Contains(f.Codes, l.Code) {
		return false
	}
	if now.Sub(l.SentAt) < f.OlderThan() {
		return false
	}
	return f.KeyPrefix == "" || slices.ContainsFunc(l.Pointers, func(p landing.Pointer) bool {
		return strings.HasPrefix(p.Key, f.KeyPrefix)
	})
}
