// Package delivery is the heart of every destination's function: it takes a batch of queue messages, claims the source
// objects that they point to, has the destination write their events, commits, and tells SQS which messages to hand out
// again.
//
// Nothing is acknowledged that was not delivered, put into quarantine with a reason, or no pointer in the first place.
// A message whose object fails does not hold back the others of its batch. The order of the steps is what makes delivery
// exactly once: claim, record, write, quarantine, commit. After any of them the function may be killed, and whoever gets
// the message next goes on from there.
package delivery

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/telemetry"
)

// Handler delivers the source objects of queue messages to a Destination. It is safe for concurrent use.
type Handler struct {
	Source      *landing.Source
	Destination Destination
	// Ledger is the destination's. Its Lease and ObjectOf are set by the handler.
	Ledger ledger.Ledger
	// Failures keeps why objects were not delivered; nil keeps nothing.
	Failures FailureKeeper
	// Quarantine takes what cannot be an event.
	Quarantine *quarantine.Quarantine
	// Chunks bounds what is held in memory of a batch.
	Chunks ChunkLimits
	// ReadConcurrency is how many source objects are asked for at once.
	ReadConcurrency int
	// Metrics takes what every invocation did.
	Metrics *telemetry.Emitter
	// Log takes a line for every message that is not acknowledged, and for every batch.
	Log *slog.Logger

	spare spare
}

// Handle takes a batch of an SQS event source mapping that reports batch item failures. It returns no error, because one
// would make SQS repeat what was delivered.
func (h *Handler) Handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	start := time.Now()
	i := invocation{Handler: h, log: h.Log, ledger: h.Ledger, tally: newTally()}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		i.log = i.log.With("request_id", lc.AwsRequestID)
		i.tally.RequestID = lc.AwsRequestID
	}
	i.ledger.ObjectOf, i.ledger.Lease = objectOf, leaseFor(ctx)
	ctx, cancel := handBackBefore(ctx)
	defer cancel()

	i.mail = openMail(event.Records, i.log)
	i.deliver(ctx)
	i.keepFailures(ctx)
	i.tally.end(i.mail)
	i.tally.Milliseconds = time.Since(start).Milliseconds()
	if err := h.Metrics.Emit(i.tally.Metrics); err != nil {
		// What was delivered is delivered, and there is nowhere else to say it.
		i.log.ErrorContext(ctx, "metrics not written", "error", err.Error())
	}
	return i.mail.response(i.log), nil
}

// invocation is one call of the handler.
type invocation struct {
	*Handler
	log    *slog.Logger
	ledger ledger.Ledger
	mail   *mail
	tally  *tally
}

// deliver claims the objects and writes the batches that are this invocation's to write: those of workers that are
// gone, and a new one of the objects that are nobody's.
func (i *invocation) deliver(ctx context.Context) {
	if len(i.mail.pointers) == 0 {
		return
	}
	claims := i.ledger.Claim(ctx, i.mail.identities)
	for object, err := range claims.Failed {
		i.mail.fail(object, blameDeadline(ctx, err))
	}
	i.tally.duplicates(claims.Done)
	for _, object := range claims.Busy {
		i.mail.fail(object, errBusy)
	}
	for _, batch := range claims.Adopted {
		i.tally.BatchesAdopted++
		if err := i.adopted(ctx, batch); err != nil {
			for _, object := range claims.Of[batch.ID] {
				i.mail.fail(object, err)
			}
		}
	}
	if len(claims.Won) > 0 {
		i.won(ctx, claims)
	}
}

var errBusy = failure.New(failure.BatchBusy, "another worker is delivering the object, or was a moment ago")

// won delivers the objects that this invocation has claimed.
func (i *invocation) won(ctx context.Context, claims *ledger.Claims) {
	found, failed := i.find(ctx, i.mail.of(claims.Won))
	for object, err := range failed {
		i.mail.fail(object, err)
		// A claim that cannot be released is a stray once the batch is recorded without the object.
		_ = claims.Release(ctx, object)
	}
	if len(found) == 0 {
		return
	}
	members := make([]string, len(found))
	for n, o := range found {
		members[n] = member(o.Pointer)
	}
	batch, err := claims.Open(ctx, members, i.Chunks.plan())
	switch {
	case err == nil && batch == nil:
		err = errBusy
	case err == nil:
		err = i.write(ctx, batch, found)
	}
	if err != nil {
		for _, o := range found {
			i.mail.fail(o.Identity(), blameDeadline(ctx, err))
		}
	}
}

// adopted delivers the batch of a worker that is gone: all of its objects, since fewer would make other chunks of it.
func (i *invocation) adopted(ctx context.Context, batch *ledger.Batch) error {
	pointers := make([]landing.Pointer, len(batch.Members))
	for n, m := range batch.Members {
		p, err := pointerOf(m)
		if err != nil {
			return failure.Wrap(failure.Internal, err, "read the members of batch "+batch.ID)
		}
		pointers[n] = p
	}
	found, failed := i.find(ctx, pointers)
	for _, err := range failed {
		i.handBack(ctx, batch)
		return failure.Wrap(failure.CodeOf(err), err, "adopt batch "+batch.ID)
	}
	return i.write(ctx, batch, found)
}

// write has the destination write a batch that is this invocation's, and commits it.
func (i *invocation) write(ctx context.Context, held *ledger.Batch, objects []*landing.Object) error {
	start := time.Now()
	report := &report{}
	err := i.writeAndCommit(ctx, held, objects, report)
	i.tally.Chunks += int64(report.handed)
	if err != nil {
		err = blameDeadline(ctx, err)
		i.handBack(ctx, held)
	}
	report.log(i.log, held, time.Since(start), err)
	return err
}

// writeAndCommit ends with the commit: before it, everything of the batch is at the destination or in quarantine.
func (i *invocation) writeAndCommit(ctx context.Context, held *ledger.Batch, objects []*landing.Object, report *report) error {
	limits, err := limitsOf(held)
	if err != nil {
		return err
	}
	s := source{
		held: held, objects: objects, limits: limits, report: report, spare: &i.spare,
		begin: func() *quarantine.Pass { return i.Quarantine.Begin(held.ID) },
	}
	if err := i.Destination.Write(ctx, s.batch(ctx)); err != nil {
		return err
	}
	if err := s.finish(ctx); err != nil {
		return err
	}
	first, err := held.Commit(ctx)
	if err != nil {
		return err
	}
	i.tally.committed(held, objects, first, report, s.last.refused.Records())
	for _, o := range objects {
		o.Release()
	}
	return nil
}

// handBackTimeout bounds the handing back, which is a courtesy.
const handBackTimeout = time.Second

// handBack spares the next worker the wait for the lease. Should it fail, he waits.
func (i *invocation) handBack(ctx context.Context, batch *ledger.Batch) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handBackTimeout)
	defer cancel()
	if err := batch.HandBack(ctx); err != nil {
		i.log.WarnContext(ctx, "batch not handed back, its lease has to end", "batch_id", batch.ID, "error", err.Error())
	}
}
