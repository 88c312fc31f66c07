// Package load makes what the benchmarks run on: the events of one hour, as a collector writes them when they have just come in.
//
// Beacons that come late are left out: they belong to other hours, and so to files of their own, which the peers that write one
// file would not have to make.
package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/rumline/rumline/tests/generate"
)

// Encoding is how the objects are compressed.
type Encoding string

// The encodings.
const (
	Gzip Encoding = "gz"
	Zstd Encoding = "zst"
)

// Load is events as lines of NDJSON.
type Load struct {
	lines [][]byte
	// PlainBytes is their size.
	PlainBytes int
}

// base ends the hour.
var base = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// New makes a load of so many events, always the same.
func New(events int) (*Load, error) {
	var lines [][]byte
	hour := base.Add(-time.Hour)
	// Of each hour's traffic some is late, and some of a session is after its hour.
	const margin = 3
	for o := range generate.Objects(generate.Options{Seed: 1, Base: base, Span: time.Hour, Events: margin*events + minimum, Objects: 12}) {
		for _, r := range o.Records {
			within, err := inHour(r.JSON, hour)
			if err != nil {
				return nil, err
			}
			if !within {
				continue
			}
			var line bytes.Buffer
			if err := json.Compact(&line, r.JSON); err != nil {
				return nil, fmt.Errorf("make the load: %w", err)
			}
			line.WriteByte('\n')
			lines = append(lines, line.Bytes())
		}
	}
	if len(lines) < events {
		return nil, fmt.Errorf("make the load: the traffic has only %d events of the hour, %d are wanted", len(lines), events)
	}
	l := &Load{}
	for n := range events { // evenly, so that every site has its share
		line := lines[n*len(lines)/events]
		l.lines = append(l.lines, line)
		l.PlainBytes += len(line)
	}
	return l, nil
}

// minimum is what the smallest traffic needs to have events of every kind.
const minimum = 200

// inHour says whether the event is of the hour. Those that write their times as text are not: the peers would have to be told.
func inHour(event []byte, hour time.Time) (bool, error) {
	var times struct {
		Event    json.RawMessage `json:"event_ts"`
		Received json.RawMessage `json:"received_ts"`
	}
	if err := json.Unmarshal(event, &times); err != nil {
		return false, fmt.Errorf("make the load: %w", err)
	}
	at, isNumber := millis(times.Event)
	_, isNumberToo := millis(times.Received)
	return isNumber && isNumberToo && at.Truncate(time.Hour).Equal(hour), nil
}

func millis(text json.RawMessage) (time.Time, bool) {
	ms, err := strconv.ParseInt(string(text), 10, 64)
	return time.UnixMilli(ms).UTC(), err == nil
}

// Events is how many there are.
func (l *Load) Events() int { return len(l.lines) }

// Objects are the events in compressed objects of so many each; the last has what remains.
func (l *Load) Objects(perObject int, encoding Encoding) ([][]byte, error) {
	if perObject < 1 {
		return nil, errors.New("an object has at least one event")
	}
	pack, err := newPacker(encoding)
	if err != nil {
		return nil, err
	}
	var objects [][]byte
	for from := 0; from < len(l.lines); from += perObject {
		var plain, packed bytes.Buffer
		for _, line := range l.lines[from:min(from+perObject, len(l.lines))] {
			plain.Write(line)
		}
		pack.Reset(&packed)
		if _, err := pack.Write(plain.Bytes()); err != nil {
			return nil, fmt.Errorf("compress an object: %w", err)
		}
		if err := pack.Close(); err != nil {
			return nil, fmt.Errorf("compress an object: %w", err)
		}
		objects = append(objects, packed.Bytes())
	}
	return objects, nil
}

type packer interface {
	io.WriteCloser
	Reset(w io.Writer)
}

func newPacker(encoding Encoding) (packer, error) {
	switch encoding {
	case Gzip:
		return gzip.NewWriter(nil), nil
	case Zstd:
		w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("compress with zstd: %w", err)
		}
		return w, nil
	default:
		return nil, fmt.Errorf("the encoding %q is not known", encoding)
	}
}
