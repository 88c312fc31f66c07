package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/rumline/rumline/shared/failure"
)

// handBackMargin is how long before the function's timeout work is given up, so that there is time to say which
// messages were not delivered: a function that is cut off has its whole batch repeated.
const handBackMargin = 2 * time.Second

func handBackBefore(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, deadline.Add(-handBackMargin), errDeadlineNear)
}

var errDeadlineNear = failure.New(failure.DeadlineNear, "the function's timeout is near")

// blameDeadline makes the deadline the cause of an error that it has caused.
func blameDeadline(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errDeadlineNear) {
		return errors.Join(errDeadlineNear, err)
	}
	return err
}

const (
	// leaseMargin is what a lease outlasts the function's timeout by: the clocks of two workers may differ. What
	// becomes of an object does not depend on it, only whether a worker is overtaken for nothing.
	leaseMargin = 5 * time.Second
	// longestTimeout is Lambda's (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
	longestTimeout = 15 * time.Minute
)

// leaseFor is how long this invocation may hold what it claims.
func leaseFor(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return longestTimeout + leaseMargin
	}
	return time.Until(deadline) + leaseMargin
}

// pace tells whether there is time for another chunk, by how long the longest one took.
type pace struct {
	longest time.Duration
	begun   time.Time
}

// next begins a chunk. Its error says that there may not be time enough to end it.
func (p *pace) next(ctx context.Context) error {
	if !p.begun.IsZero() {
		p.longest = max(p.longest, time.Since(p.begun))
	}
	p.begun = time.Now()
	if ctx.Err() != nil {
		return failure.Wrap(failure.SourceUnavailable, context.Cause(ctx), "go on to the next chunk")
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < p.longest {
		return errDeadlineNear
	}
	return nil
}
