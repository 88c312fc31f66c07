package delivery

import (
	"log/slog"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/rum"
)

// report counts what became of the records of one batch.
type report struct {
	objects  []*landing.Object
	events   int64
	extraCut int64
	rejected map[rum.Reason]int64
	refusals []refusal
	unlisted int64
}

// refusal is a refused record, without its bytes.
type refusal struct {
	member int
	rum.Rejected
}

// maxListed bounds the refused records of a batch that get a log line each; the rest are counted.
const maxListed = 10_000

func newReport(objects []*landing.Object) *report {
	r := &report{objects: objects}
	r.reset()
	return r
}

// reset forgets an earlier pass over the batch.
func (r *report) reset() {
	*r = report{objects: r.objects, rejected: make(map[rum.Reason]int64), refusals: r.refusals[:0]}
}

func (r *report) event()      { r.events++ }
func (r *report) cut(n int64) { r.extraCut += n }

func (r *report) reject(member int, rejected *rum.Rejected) {
	r.rejected[rejected.Reason]++
	if len(r.refusals) == maxListed {
		r.unlisted++
		return
	}
	kept := *rejected
	kept.Raw = nil // it is the decoder's memory
	r.refusals = append(r.refusals, refusal{member, kept})
}

// log writes what became of the batch: a line for each refused record, and one for the whole.
func (r *report) log(log *slog.Logger, batch *ledger.Batch, took time.Duration, err error) {
	if err == nil {
		for _, f := range r.refusals {
			o := r.objects[f.member]
			log.Warn("record rejected", "object", o.String(), "line", f.Line, "offset", f.Offset, "reason", f.Reason,
				"field", f.Field, "detail", f.Detail, "rest", f.Rest)
		}
		if r.unlisted > 0 {
			log.Warn("more records rejected than are listed", "batch_id", batch.ID, "unlisted", r.unlisted)
		}
	}
	var rejected int64
	for _, n := range r.rejected {
		rejected += n
	}
	attributes := []any{
		"batch_id", batch.ID, "adopted", batch.Adopted, "objects", len(r.objects), "events", r.events, "rejected", rejected,
		"rejected_by_reason", r.rejected, "extra_cut", r.extraCut, "ms", took.Milliseconds(),
	}
	if err != nil {
		log.Error("batch not delivered", append(attributes, "code", failure.CodeOf(err), "error", err.Error())...)
		return
	}
	log.Info("batch delivered", attributes...)
}
