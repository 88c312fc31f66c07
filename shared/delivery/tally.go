package delivery

import (
	"maps"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/telemetry"
)

// tally counts what an invocation does, as package telemetry defines it.
type tally struct {
	telemetry.Metrics
	// done are the objects that are delivered: by this invocation or, as it has found, by another.
	done map[string]bool
}

func newTally() *tally {
	return &tally{
		Metrics: telemetry.Metrics{
			Counts: telemetry.Counts{Invocations: 1}, Failures: map[failure.Code]int64{}, Quarantined: map[rum.Reason]int64{},
		},
		done: map[string]bool{},
	}
}

// duplicates counts objects that were delivered already.
func (t *tally) duplicates(objects []string) {
	for _, o := range objects {
		t.ObjectsDuplicate++
		t.done[o] = true
	}
}

// committed counts a batch that is committed: by this invocation first, or by another that wrote it too.
func (t *tally) committed(batch *ledger.Batch, objects []*landing.Object, first bool, r *report, quarantined int64) {
	for _, o := range objects {
		t.done[o.Identity()] = true
	}
	if !first {
		t.ObjectsDuplicate += int64(len(batch.Members))
		return
	}
	t.BatchesCommitted++
	t.ObjectsDelivered += int64(len(batch.Members))
	t.RecordsRead += r.read()
	t.EventsWritten += r.written()
	t.RecordsQuarantined += quarantined
	t.ExtraCut += r.extraCut
	for reason, n := range r.rejected {
		t.Quarantined[reason] += n
	}
}

// end counts what only the end of the invocation shows.
func (t *tally) end(m *mail) {
	asked := make(map[string]bool, len(m.identities))
	for _, o := range m.identities {
		asked[o] = true
	}
	t.ObjectsReceived = int64(len(m.pointers))
	for o := range maps.Keys(t.done) {
		if !asked[o] {
			t.ObjectsAdopted++
		}
	}
	for _, err := range m.failures {
		switch code := failure.CodeOf(err); code {
		case failure.BatchBusy, failure.BatchLost:
			t.ObjectsBusy++
		default:
			t.ObjectsFailed++
			t.Failures[code]++
		}
	}
	t.MessagesReceived = int64(len(m.messages))
	for _, msg := range m.messages {
		switch {
		case msg.err != nil:
			t.MessagesMalformed++
			t.Failures[failure.CodeOf(msg.err)]++
			t.MessagesReturned++
		case m.failed(msg) != nil:
			t.MessagesReturned++
		default:
			t.MessagesAcknowledged++
		}
	}
}
