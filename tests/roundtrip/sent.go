package roundtrip

import (
	"fmt"
	"strings"

	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Sent is what was put into the raw bucket and has to arrive: the JSON of each event, by the event's ID.
type Sent struct {
	events map[string][]byte
}

// NewSent returns an empty one.
func NewSent() *Sent { return &Sent{events: make(map[string][]byte)} }

// Add adds an event. It keeps the JSON.
func (s *Sent) Add(id string, json []byte) error {
	if _, twice := s.events[id]; twice {
		return fmt.Errorf("two events were sent with the ID %s", id)
	}
	s.events[id] = json
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
func (r Result) Exact() bool { return r.Missing+r.Unexpected+r.Duplicated+r.Different == 0 }

// String is one line, and one for each example.
func (r Result) String() string {
	s := fmt.Sprintf("%d events arrived: %d missing, %d unexpected, %d duplicated, %d different",
		r.Events, r.Missing, r.Unexpected, r.Duplicated, r.Different)
	if len(r.Examples) > 0 {
		s += "\n  " + strings.Join(r.Examples, "\n  ")
	}
	return s
}

const maxExamples = 10

func (r *Result) example(format string, args ...any) {
	if len(r.Examples) < maxExamples {
		r.Examples = append(r.Examples, fmt.Sprintf(format, args...))
	}
}

// Compare holds every event that arrived against what was sent, field by field. What a destination cannot tell apart,
// relax makes equal in both.
func (s *Sent) Compare(rows Rows, relax func(rumtest.Row)) (Result, error) {
	var r Result
	seen := make(map[string]bool, len(s.events))
	for row, err := range rows {
		if err != nil {
			return r, err
		}
		r.Events++
		id, _ := row["event_id"].(string)
		text, sent := s.events[id]
		switch {
		case !sent:
			r.Unexpected++
			r.example("event %s was never sent", id)
			continue
		case seen[id]:
			r.Duplicated++
			r.example("event %s arrived again", id)
			continue
		}
		seen[id] = true
		want, err := rumtest.Reference(text)
		if err != nil {
			r.Unexpected++
			r.example("event %s should have been refused: %v", id, err)
			continue
		}
		if relax != nil {
			relax(want)
			relax(row)
		}
		if difference := rumtest.Difference(want, row); difference != "" {
			r.Different++
			r.example("event %s: %s", id, difference)
		}
	}
	for id := range s.events {
		if !seen[id] {
			r.Missing++
			r.example("event %s is missing", id)
		}
	}
	return r, nil
}

// noEmptyLists makes an empty list absent: ClickHouse has arrays that are empty, and none that are NULL.
func noEmptyLists(row rumtest.Row) {
	for name, v := range row {
		if list, ok := v.([]string); ok && len(list) == 0 {
			delete(row, name)
		}
	}
}
