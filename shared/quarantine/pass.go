package quarantine

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/klauspost/compress/zstd"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
)

// Limits of a part: it ends with the first record that reaches one of them. They are part of what makes a repeated pass
// write the same objects, and bound what a pass holds in memory.
const (
	maxPartRecords = 10_000
	maxPartBytes   = 4 << 20 // of NDJSON, before compression
)

// windowBytes is how far back the compression looks. More would cost memory and gain nothing: neighbours are alike.
const windowBytes = 512 << 10

// Pass takes the refused records of one batch, in their order. It belongs to one goroutine. After an error it is over: the batch
// begins a new one when it is read again.
type Pass struct {
	quarantine *Quarantine
	batchID    string
	records    int64

	part          int
	inPart, bytes int
	line          bytes.Buffer
	body          bytes.Buffer
	encoder       *zstd.Encoder // nil until the first record: most batches have none
}

// Add takes a refused record of a source object, and keeps nothing of it. It stores a part when one is full. The code of
// its error is QuarantineUnavailable or QuarantineRefused.
func (p *Pass) Add(ctx context.Context, source Source, rejected *rum.Rejected) error {
	if err := p.append(newRecord(p.quarantine.destination, p.batchID, source, rejected)); err != nil {
		return failure.Wrap(failure.Internal, err, "writing a quarantine record of batch "+p.batchID)
	}
	p.records++
	if p.inPart < maxPartRecords && p.bytes < maxPartBytes {
		return nil
	}
	return p.Flush(ctx)
}

// Flush stores what is not stored yet. The batch may be committed when it has returned nil. The code of its error is that of
// Add's.
func (p *Pass) Flush(ctx context.Context) error {
	if p.inPart == 0 {
		return nil
	}
	if err := p.encoder.Close(); err != nil {
		return failure.Wrap(failure.Internal, err, "compressing a quarantine part of batch "+p.batchID)
	}
	if err := p.quarantine.put(ctx, p.batchID, p.part, p.body.Bytes()); err != nil {
		return err
	}
	p.part, p.inPart, p.bytes = p.part+1, 0, 0
	return nil
}

// Records is how many records were added.
func (p *Pass) Records() int64 { return p.records }

func (p *Pass) append(r Record) error {
	if p.inPart == 0 {
		if err := p.begin(); err != nil {
			return err
		}
	}
	p.line.Reset()
	text := json.NewEncoder(&p.line)
	text.SetEscapeHTML(false)
	if err := text.Encode(r); err != nil {
		return err //nolint:wrapcheck // wrapped above
	}
	if _, err := p.encoder.Write(p.line.Bytes()); err != nil {
		return err //nolint:wrapcheck // wrapped above
	}
	p.inPart++
	p.bytes += p.line.Len()
	return nil
}

func (p *Pass) begin() error {
	p.body.Reset()
	if p.encoder != nil {
		p.encoder.Reset(&p.body)
		return nil
	}
	var err error
	// With one goroutine the same records become the same bytes.
	p.encoder, err = zstd.NewWriter(&p.body, zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowBytes))
	return err //nolint:wrapcheck // wrapped above
}
