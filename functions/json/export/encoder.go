// Package export is a file of the training export: RUM events as NDJSON, one object a line, compressed with zstd. It
// writes such files, describes them as a JSON Schema, and reads them back for checks.
//
// All of it is driven by rum.Fields, so a field that is added there is in the files by itself. What a reader may rely
// on is in the README of functions/json.
package export

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum"
)

// Format is the export's file format.
type Format struct{}

var _ lake.Format = Format{}

// Extension is "ndjson.zst". Readers of files know by it what to do.
func (Format) Extension() string { return "ndjson.zst" }

// ContentType is that of the compressed file. There is no Content-Encoding: a client that decodes it by itself would
// hand out plain text under a name that says otherwise.
func (Format) ContentType() string { return "application/zstd" }

// NewEncoder returns an Encoder.
func (Format) NewEncoder() lake.Encoder { return NewEncoder() }

// Encoder writes files one after the other. It is not safe for concurrent use.
type Encoder struct {
	zstd  *zstd.Encoder
	plan  plan
	rows  []int
	lines []byte
}

// NewEncoder returns an Encoder.
func NewEncoder() *Encoder {
	// One goroutine a file: files are made side by side. The window bounds what a reader has to hold, too.
	z, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowBytes))
	if err != nil {
		panic(err) // constants of ours: any test shows it
	}
	return &Encoder{zstd: z}
}

const (
	windowBytes = 8 << 20
	// Lines are compressed when so much of them is there. It has no influence on the file.
	linesBytes = 32 << 10
)

// Encode appends a file of the rows to dst, in the order of event_ts, and of the same time in the order they came.
func (e *Encoder) Encode(dst *bytes.Buffer, file lake.File) error {
	e.zstd.Reset(dst)
	e.plan.make(file.Events, file.Rows)
	e.lines = e.lines[:0]
	for _, row := range e.sorted(file) {
		e.lines = e.plan.appendLine(e.lines, row)
		if len(e.lines) < linesBytes {
			continue
		}
		if _, err := e.zstd.Write(e.lines); err != nil {
			return fmt.Errorf("compressing: %w", err)
		}
		e.lines = e.lines[:0]
	}
	if _, err := e.zstd.Write(e.lines); err != nil {
		return fmt.Errorf("compressing: %w", err)
	}
	if err := e.zstd.Close(); err != nil {
		return fmt.Errorf("ending the file: %w", err)
	}
	return nil
}

func (e *Encoder) sorted(file lake.File) []int {
	times := file.Events.Column(eventTS).Times
	e.rows = append(e.rows[:0], file.Rows...)
	if slices.IsSortedFunc(e.rows, func(a, b int) int { return cmp.Compare(times[a], times[b]) }) {
		return e.rows // rows ascend, and collectors write events as they come
	}
	slices.SortFunc(e.rows, func(a, b int) int {
		return cmp.Or(cmp.Compare(times[a], times[b]), cmp.Compare(a, b))
	})
	return e.rows
}

var eventTS = rum.Index("event_ts")
