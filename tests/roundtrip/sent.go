package roundtrip

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Sent is what was put into the raw bucket and has to arrive: the JSON of each event, by the event's ID.
type Sent struct {
	events map[string]*event
}

// event is an event that was sent. What the reference makes of it is kept as digests, which are made once and compared
// with those of every destination.
type event struct {
	json    []byte
	digests func() (digests, error)
}

// NewSent returns an empty one.
func NewSent() *Sent { return &Sent{events: make(map[string]*event)} }

// Add adds an event. It keeps the JSON.
func (s *Sent) Add(id string, json []byte) error {
	if _, twice := s.events[id]; twice {
		return fmt.Errorf("two events were sent with the ID %s", id)
	}
	s.events[id] = &event{json, sync.OnceValues(func() (digests, error) {
		row, err := rumtest.Reference(json)
		return digestsOf(row, id), err
	})}
	return nil
}

// Len is the number of events.
func (s *Sent) Len() int { return len(s.events) }

// Result is how what arrived differs from what was sent.
type Result struct {
	Events     int // arrived
	Missing    int
	Unexpected int
	Duplicated int
	Different  int
	// Examples are the first differences, for a person.
	Examples []string
}

// Exact says that what was sent is there, once each, and nothing else.
func (r *Result) Exact() bool { return r.Missing+r.Unexpected+r.Duplicated+r.Different == 0 }

// String is one line, and one for each example.
func (r *Result) String() string {
	s := fmt.Sprintf("%d events arrived: %d missing, %d unexpected, %d duplicated, %d different",
		r.Events, r.Missing, r.Unexpected, r.Duplicated, r.Different)
	if len(r.Examples) > 0 {
		s += "\n  " + strings.Join(r.Examples, "\n  ")
	}
	return s
}

const maxExamples = 10

func (r *Result) examplef(format string, args ...any) {
	if len(r.Examples) < maxExamples {
		r.Examples = append(r.Examples, fmt.Sprintf(format, args...))
	}
}

// Compare holds every event that arrived against what was sent, field by field. Of a destination that cannot tell an
// empty list from an absent one, it is not asked.
func (s *Sent) Compare(rows Rows, emptyIsAbsent bool) (*Result, error) {
	r := &Result{}
	seen := make(map[string]bool, len(s.events))
	for row, err := range rows {
		if err != nil {
			return r, err
		}
		r.Events++
		id, _ := row["event_id"].(string)
		e, sent := s.events[id]
		switch {
		case !sent:
			r.Unexpected++
			r.examplef("event %s was never sent", id)
			continue
		case seen[id]:
			r.Duplicated++
			r.examplef("event %s arrived again", id)
			continue
		}
		seen[id] = true
		want, err := e.digests()
		if err != nil {
			r.Unexpected++
			r.examplef("event %s should have been refused: %v", id, err)
			continue
		}
		if got := digestsOf(row, id); got.relaxed != want.relaxed || !emptyIsAbsent && got.exact != want.exact {
			r.Different++
			r.examplef("event %s: %s", id, difference(e.json, row))
		}
	}
	for id := range s.events {
		if !seen[id] {
			r.Missing++
			r.examplef("event %s is missing", id)
		}
	}
	return r, nil
}

func difference(json []byte, row rumtest.Row) string {
	want, err := rumtest.Reference(json)
	if err != nil {
		return err.Error()
	}
	return rumtest.Difference(want, row)
}

// digests stand for the values of an event: all of them, and all but empty lists.
type digests struct{ exact, relaxed [sha256.Size]byte }

func digestsOf(row rumtest.Row, id string) digests {
	var exact, relaxed []byte
	for i, f := range rum.Fields() {
		v, there := row[f.Name]
		if f.Name == "event_id" {
			v, there = id, true
		}
		if !there {
			continue
		}
		// The type is part of it: a zero is no false.
		field := fmt.Appendf(nil, "%d %T %v\n", i, v, v)
		if list, isList := v.([]string); isList {
			field = fmt.Appendf(nil, "%d %q\n", i, list)
		}
		exact = append(exact, field...)
		if list, isList := v.([]string); !isList || len(list) > 0 {
			relaxed = append(relaxed, field...)
		}
	}
	return digests{sha256.Sum256(exact), sha256.Sum256(relaxed)}
}
