package delivery

import (
	"context"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/ledger"
)

// FailureKeeper remembers why objects were not delivered, so that whoever looks into the dead-letter queue need not search
// logs. What is kept of an object is its last failure.
type FailureKeeper interface {
	Keep(ctx context.Context, failures []ledger.Failure) error
}

// keepFailuresTimeout bounds the keeping, which is a courtesy to people: the messages come again either way.
const keepFailuresTimeout = time.Second

// keepFailures keeps why objects failed. That somebody else is at an object is no failure of the object's.
func (i *invocation) keepFailures(ctx context.Context) {
	var failures []ledger.Failure
	now := i.ledger.Now()
	for _, object := range i.mail.identities {
		err := i.mail.failures[object]
		code := failure.CodeOf(err)
		if err == nil || code == failure.BatchBusy || code == failure.BatchLost {
			continue
		}
		failures = append(failures, ledger.Failure{
			Object: object, Code: code, Error: err.Error(), At: now, Expires: now.Add(i.ledger.Retention),
		})
	}
	if len(failures) == 0 || i.Failures == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepFailuresTimeout)
	defer cancel()
	if err := i.Failures.Keep(ctx, failures); err != nil {
		i.log.WarnContext(ctx, "failures not kept, only logged", "objects", len(failures), "error", err.Error())
	}
}
