// Package failure gives every error of the pipeline a code, and the code says what happens next: whether the same work
// may succeed when it is tried again, or whether somebody has to mend something first. Codes are what metrics are
// counted by, what a dead-letter queue is filtered by and what a runbook is indexed by.
package failure

import (
	"errors"
	"fmt"
	"slices"
)

// Code names a kind of failure.
type Code string

// The codes.
const (
	// ObjectMissing: the source object is not there (S3 404). It may still be on its way from another region, and
	// nobody may acknowledge what he has not read, so it is retried and then dead-lettered.
	ObjectMissing Code = "object_missing"
	// ObjectDenied: the function may not read the source object.
	ObjectDenied Code = "object_denied"
	// ObjectChanged: the object was overwritten while it was read.
	ObjectChanged Code = "object_changed"
	// SourceUnavailable: S3 throttles, is down, or broke off a stream.
	SourceUnavailable Code = "source_unavailable"
	// DestinationUnavailable: the destination throttles, is overloaded or down.
	DestinationUnavailable Code = "destination_unavailable"
	// DestinationRefused: the destination understood the write and will not take it: its schema, its access rules.
	DestinationRefused Code = "destination_refused"
	// LedgerUnavailable: the ledger throttles or is down.
	LedgerUnavailable Code = "ledger_unavailable"
	// LedgerRefused: the ledger's table is missing, or may not be used.
	LedgerRefused Code = "ledger_refused"
	// BatchBusy: another worker holds the object's batch.
	BatchBusy Code = "batch_busy"
	// BatchLost: another worker has taken the batch over while this one wrote it.
	BatchLost Code = "batch_lost"
	// QuarantineUnavailable: refused records cannot be kept at the moment.
	QuarantineUnavailable Code = "quarantine_unavailable"
	// QuarantineRefused: refused records may not be kept where they are to be.
	QuarantineRefused Code = "quarantine_refused"
	// DeadlineNear: the work was handed back before the function's timeout could cut it off.
	DeadlineNear Code = "deadline_near"
	// MalformedMessage: a queue message that is no S3 notification.
	MalformedMessage Code = "malformed_message"
	// Internal: everything that nobody gave a code to.
	Internal Code = "internal"
)

// Permanent says that trying again cannot help until somebody has mended something. Such work is retried all the same,
// because SQS retries what is not acknowledged, but alarms need not wait for it to pass.
func (c Code) Permanent() bool {
	switch c {
	case ObjectDenied, DestinationRefused, LedgerRefused, QuarantineRefused, MalformedMessage:
		return true
	default:
		return false
	}
}

// Systemic says that the failure is of something that every object needs: trying others meanwhile would only use up
// their attempts. It is what opens a destination's circuit breaker.
func (c Code) Systemic() bool {
	switch c {
	case SourceUnavailable, DestinationUnavailable, DestinationRefused, LedgerUnavailable, LedgerRefused,
		QuarantineUnavailable, QuarantineRefused:
		return true
	default:
		return false
	}
}

// Hopeless says that the message can never be delivered, whatever anybody mends: there is nothing that it points to.
func (c Code) Hopeless() bool { return c == ObjectMissing || c == MalformedMessage }

// Codes returns all codes.
func Codes() []Code {
	return []Code{
		ObjectMissing, ObjectDenied, ObjectChanged, SourceUnavailable, DestinationUnavailable, DestinationRefused,
		LedgerUnavailable, LedgerRefused, BatchBusy, BatchLost, QuarantineUnavailable, QuarantineRefused, DeadlineNear,
		MalformedMessage, Internal,
	}
}

// Known says whether it is one of the codes.
func (c Code) Known() bool { return slices.Contains(Codes(), c) }

// Error is an error with its code.
type Error struct {
	Code Code
	Err  error
}

// Wrap gives an error its code and says what was being done. It returns nil for a nil error, and keeps a code that the
// error already has: the one who was nearest to the failure knows it best.
func Wrap(code Code, err error, doing string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return &Error{Code: code, Err: fmt.Errorf("%s: %w", doing, err)}
}

// New returns an error with a code.
func New(code Code, format string, args ...any) error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...)}
}

// CodeOf returns the code of an error: Internal for one that has none.
func CodeOf(err error) Code {
	if coded, ok := errors.AsType[*Error](err); ok {
		return coded.Code
	}
	return Internal
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Err.Error() }

// Unwrap returns the error without its code.
func (e *Error) Unwrap() error { return e.Err }
