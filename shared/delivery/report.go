package delivery

import (
	"log/slog"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/rum"
)

// report counts what became of the records of one batch in the last pass over it.
type report struct {
	events   int64 // as the decoder counts them
	rejected map[rum.Reason]int64
	extraCut int64
	// rows are those of each chunk, as they were cut; stored is how many chunks are stored, those of earlier attempts
	// among them, and handed how many of them this invocation has stored.
	rows           []int64
	stored, handed int
}

// reset begins a pass, of a batch whose first chunks are stored already.
func (r *report) reset(stored int) {
	*r = report{rejected: make(map[rum.Reason]int64), rows: r.rows[:0], stored: stored}
}

func (r *report) event()                        { r.events++ }
func (r *report) cut(n int64)                   { r.extraCut += n }
func (r *report) reject(rejected *rum.Rejected) { r.rejected[rejected.Reason]++ }
func (r *report) chunk(rows int)                { r.rows = append(r.rows, int64(rows)) }

// wrote says that the first n chunks are stored.
func (r *report) wrote(n int) {
	r.handed += n - r.stored
	r.stored = n
}

// written is how many events are stored.
func (r *report) written() int64 {
	var sum int64
	for _, rows := range r.rows[:min(r.stored, len(r.rows))] {
		sum += rows
	}
	return sum
}

// read is how many records there were.
func (r *report) read() int64 {
	sum := r.events
	for _, n := range r.rejected {
		sum += n
	}
	return sum
}

// log writes a line about the batch.
func (r *report) log(log *slog.Logger, batch *ledger.Batch, took time.Duration, err error) {
	attributes := []any{
		"batch_id", batch.ID, "adopted", batch.Adopted, "objects", len(batch.Members), "events", r.events,
		"rejected", r.read() - r.events, "rejected_by_reason", r.rejected, "extra_cut", r.extraCut,
		"chunks", len(r.rows), "ms", took.Milliseconds(),
	}
	if err != nil {
		log.Error("batch not delivered", append(attributes, "code", failure.CodeOf(err), "error", err.Error())...)
		return
	}
	log.Info("batch delivered", attributes...)
}
