package faults

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"

	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/tests/generate"
	"github.com/rumline/rumline/tests/roundtrip"
)

// origin is where a refused record comes from: a record of an object is refused once.
type origin struct {
	key          string
	line, offset int64
}

// compareRefused holds a destination's quarantine against what had to be refused, by the keys of the source objects.
func compareRefused(records iter.Seq2[quarantine.Record, error], expected map[string][]generate.Rejection) (roundtrip.Result, error) {
	var r roundtrip.Result
	example := func(format string, args ...any) {
		if len(r.Examples) < maxExamples {
			r.Examples = append(r.Examples, fmt.Sprintf(format, args...))
		}
	}
	open := make(map[string][]generate.Rejection, len(expected))
	for key, rejections := range expected {
		open[key] = append([]generate.Rejection(nil), rejections...)
	}
	seen := map[origin]bool{}
	for record, err := range records {
		if err != nil {
			return r, fmt.Errorf("read the quarantine: %w", err)
		}
		r.Events++
		at := origin{record.Source.Key, record.Line, record.Offset}
		if seen[at] {
			r.Duplicated++
			example("%s, line %d is in quarantine again: %s", at.key, at.line, record.ID)
			continue
		}
		seen[at] = true
		if !take(open, record) {
			r.Unexpected++
			example("%s, line %d should not be in quarantine: %s %s", at.key, at.line, record.Reason, record.Field)
		}
	}
	for key := range maps.Keys(open) {
		for _, rejection := range open[key] {
			r.Missing++
			example("%s, line %d is not in quarantine: %s %s", key, rejection.Line, rejection.Reason, rejection.Field)
		}
	}
	return r, nil
}

const maxExamples = 10

// take removes the rejection that a record is of, and says whether there is one.
func take(open map[string][]generate.Rejection, record quarantine.Record) bool {
	rejections := open[record.Source.Key]
	for i, want := range rejections {
		if want.Reason == record.Reason && want.Field == record.Field && want.Rest == record.Rest &&
			(want.Line == 0 || int64(want.Line) == record.Line) {
			open[record.Source.Key] = append(rejections[:i:i], rejections[i+1:]...)
			return true
		}
	}
	return false
}

// compareQuarantine compares the quarantine of every destination.
func (f *fire) compareQuarantine(ctx context.Context) (map[string]roundtrip.Result, error) {
	if f.quarantine.Bucket == "" {
		return nil, errors.New("the functions' environment names no quarantine")
	}
	reader, err := quarantine.NewReader(f.objects, f.quarantine)
	if err != nil {
		return nil, err
	}
	results := map[string]roundtrip.Result{}
	for _, name := range f.names() {
		if results[name], err = compareRefused(reader.Records(ctx, quarantine.Selection{Destination: name}), f.refused); err != nil {
			return nil, err
		}
	}
	return results, nil
}
