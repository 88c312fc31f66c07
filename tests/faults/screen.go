package faults

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// screen is what the person who watches sees.
type screen struct {
	out   io.Writer
	begin time.Time
}

func newScreen(out io.Writer) *screen {
	if out == nil {
		out = io.Discard
	}
	return &screen{out: out, begin: time.Now()}
}

func (s *screen) step(what string) {
	fmt.Fprintf(s.out, "%6.1f s  %s\n", time.Since(s.begin).Seconds(), what)
}

// round shows a round in a line, and what is wrong after it.
func (s *screen) round(r Round) {
	verdict := "exact"
	if !r.Exact() {
		verdict = "NOT EXACT"
	}
	s.step(fmt.Sprintf("  %d faults, %d replayed from dead-letter queues, %.0f s: %s", r.Faults, r.Replayed, r.Took.Seconds(), verdict))
	for _, name := range slices.Sorted(maps.Keys(r.Results)) {
		if result := r.Results[name]; !result.Exact() {
			s.step("  " + name + ": " + result.String())
		}
	}
	if !r.Rollup.Exact() {
		s.step(fmt.Sprintf("  rollup: %+v", r.Rollup))
	}
	for _, complaint := range r.Unacknowledged {
		s.step("  " + complaint)
	}
}

// report shows the whole run.
func (s *screen) report(r *Report) {
	rounds := s.table("Rounds", table.Row{"seed", "objects", "events", "faults", "replayed", "seconds", "lost", "duplicated", "different", "rollup"})
	for i := range r.Rounds {
		round := &r.Rounds[i]
		_, lost, duplicated, different := (&Report{Rounds: r.Rounds[i : i+1]}).Totals()
		rounds.AppendRow(table.Row{
			round.Seed, round.Objects, round.Events, round.Faults, round.Replayed, fmt.Sprintf("%.0f", round.Took.Seconds()),
			lost, duplicated, different, verdict(round.Rollup),
		})
	}
	rounds.Render()
	faults := s.table("Faults", table.Row{"kind", "faults"})
	for _, k := range Kinds() {
		faults.AppendRow(table.Row{string(k), r.Faults[k]})
	}
	faults.Render()
	events, lost, duplicated, different := r.Totals()
	fmt.Fprintf(s.out, "%d faults in %d rounds, %d events to each destination: %d lost, %d duplicated, %d different.\n\n",
		sum(r.Faults), len(r.Rounds), events, lost, duplicated, different)
	s.steps(r)
}

// steps shows how often each step was taken under fire: a step that was never taken was never tested.
func (s *screen) steps(r *Report) {
	calls := map[string]int{}
	for i := range r.Rounds {
		for step, n := range r.Rounds[i].Calls {
			calls[step.String()] += n
		}
	}
	var all []string
	for _, step := range slices.Sorted(maps.Keys(calls)) {
		all = append(all, fmt.Sprintf("%s %d", step, calls[step]))
	}
	fmt.Fprintf(s.out, "calls under fire: %s\n", strings.Join(all, " · "))
}

func (s *screen) table(title string, header table.Row) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(s.out)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	fmt.Fprintf(s.out, "\n%s\n", title)
	t.AppendHeader(header)
	return t
}

func verdict(r Rollup) string {
	if r.Exact() {
		return "same"
	}
	return fmt.Sprintf("%d of %d groups differ", r.Different, r.Groups)
}
