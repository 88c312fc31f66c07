package delivery

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/rumline/rumline/shared/failure"
)

// Event is what a function is invoked with: a batch of its queue's messages, or the question whether it is well.
type Event struct {
	Records []events.SQSMessage `json:"Records"`
	// Probe asks the function to try everything that a batch would need, and to deliver nothing.
	Probe bool `json:"probe"`
	// Report asks a probe for an answer also when it finds something wrong. Without it that is a function error, whose type is
	// a code of package failure: what a state machine tries again, and what counts as an error of the function.
	Report bool `json:"report"`
}

// Health is the answer to a probe.
type Health struct {
	Healthy bool `json:"healthy"`
	// Code and Error say what is wrong.
	Code  failure.Code `json:"code,omitempty"`
	Error string       `json:"error,omitempty"`
}

// Serve is the function's entry point: aws-lambda-go calls it with what the function is invoked with.
func (h *Handler) Serve(ctx context.Context, event Event) (any, error) {
	if !event.Probe {
		return h.Handle(ctx, events.SQSEvent{Records: event.Records})
	}
	if err := h.Probe(ctx); err != nil {
		h.Log.WarnContext(ctx, "probe failed", "code", failure.CodeOf(err), "error", err.Error())
		if event.Report {
			return Health{Code: failure.CodeOf(err), Error: err.Error()}, nil
		}
		return nil, messages.InvokeResponse_Error{Type: string(failure.CodeOf(err)), Message: err.Error()}
	}
	return Health{Healthy: true}, nil
}

// Probe tries whether a batch could be delivered now: it writes where batches are written, from within the function's
// own network and with its own rights, and leaves nothing that a reader could take for data. The code of its error is
// that of the first that is not well: the destination, the ledger, the quarantine.
func (h *Handler) Probe(ctx context.Context) error {
	ctx, cancel := handBackBefore(ctx)
	defer cancel()
	if err := errors.Join(h.Destination.Probe(ctx), h.Ledger.Probe(ctx), h.Quarantine.Probe(ctx)); err != nil {
		return blameDeadline(ctx, err)
	}
	return nil
}
