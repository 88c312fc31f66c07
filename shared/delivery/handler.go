// Package delivery is the heart of every destination's function: it takes a batch of queue messages, finds the source
// objects that they point to, has the destination write their events, and tells SQS which messages to hand out again.
//
// Nothing is acknowledged that was not delivered, refused with a reported reason, or no pointer in the first place. A
// message whose object fails does not hold back the others of its batch.
package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
)

// Handler delivers the source objects of queue messages to a Destination. It is safe for concurrent use.
type Handler struct {
	Source      *landing.Source
	Destination Destination
	// Chunks bounds what is held in memory of a batch.
	Chunks ChunkLimits
	// ReadConcurrency is how many source objects are asked for at once.
	ReadConcurrency int
	// Log takes a line for every message that is not acknowledged, every refused record, and every delivery.
	Log *slog.Logger
}

// Handle is the function's entry point: aws-lambda-go calls it with a batch of an SQS event source mapping that reports
// batch item failures. It returns no error, because one would make SQS repeat what was delivered.
func (h *Handler) Handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	start := time.Now()
	log := h.Log
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		log = log.With("request_id", lc.AwsRequestID)
	}
	ctx, cancel := handBackBefore(ctx)
	defer cancel()

	mail := openMail(event.Records, log)
	found := h.find(ctx, mail, log)
	report := newReport(found)
	if len(found) > 0 {
		batch := h.batch(ctx, found, report)
		err := h.Destination.Write(ctx, batch)
		if err != nil {
			err = blameDeadline(ctx, err)
			for _, o := range found {
				mail.fail(o.Pointer, err)
			}
		}
		report.log(log, batch.ID, time.Since(start), err)
	}
	return mail.response(log), nil
}

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
