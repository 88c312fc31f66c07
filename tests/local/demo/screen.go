package demo

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/roundtrip"
)

// screen is what the person who watches sees.
type screen struct {
	out   io.Writer
	begin time.Time
}

func newScreen(out io.Writer) *screen { return &screen{out: out, begin: time.Now()} }

func (s *screen) printf(format string, args ...any) {
	fmt.Fprintf(s.out, format, args...)
}

func (s *screen) step(what string) {
	s.printf("%6.1f s  %s\n", time.Since(s.begin).Seconds(), what)
}

func (s *screen) done() { s.step("done") }

func (s *screen) sending(l roundtrip.Load) {
	s.step(fmt.Sprintf("putting %s events in %d objects (%s) into the raw bucket",
		humanize.Comma(int64(l.Events)), len(l.Objects), humanize.IBytes(uint64(l.Bytes))))
}

// flowing shows where the events are.
func (s *screen) flowing(depths map[string]local.Depth, p *Progress) {
	var parts []string
	for name, depth := range depths {
		w := p.Of(name)
		parts = append(parts, fmt.Sprintf("%s %s events (%d messages left)", name, humanize.Comma(w.Events), depth.Queued))
	}
	slices.Sort(parts)
	s.step("  " + strings.Join(parts, " · "))
}

func (s *screen) flowed(took time.Duration) {
	s.step(fmt.Sprintf("all queues are empty, %.1f s after the first object was put", took.Seconds()))
}

func (s *screen) arrived(all []Arrived) {
	t := s.table("What arrived", table.Row{
		"destination", "events", "missing", "twice", "different", "objects", "bytes", "seconds", "batches", "cold start", "peak memory",
	})
	for _, a := range all {
		t.AppendRow(table.Row{
			a.Destination, humanize.Comma(int64(a.Events)), a.Missing, a.Duplicated, a.Different + a.Unexpected, a.Objects,
			humanize.IBytes(uint64(a.Bytes)), fmt.Sprintf("%.1f", a.Took.Seconds()), a.Work.Batches,
			fmt.Sprintf("%d ms", a.Work.ColdStart.Milliseconds()), humanize.IBytes(uint64(a.Work.PeakRSS)),
		})
	}
	t.Render()
}

// shownGroups is how many groups are worth a line.
const shownGroups = 12

func (s *screen) vitals(bySQL, byFiles map[Group]Vitals) {
	t := s.table("Web vitals, p75 by page and country: out of ClickHouse | out of the Parquet files", table.Row{
		"page", "country", "events", "LCP ms", "INP ms", "CLS", "LCP ms", "INP ms", "CLS", "",
	})
	for _, g := range Largest(bySQL, shownGroups) {
		a, b := bySQL[g], byFiles[g]
		verdict := "same"
		if !a.equal(b) {
			verdict = "DIFFERENT"
		}
		t.AppendRow(table.Row{
			g.Page, g.Country, a.Events, number(a.LCP, 0), number(a.INP, 0), number(a.CLS, 3),
			number(b.LCP, 0), number(b.INP, 0), number(b.CLS, 3), verdict,
		})
	}
	t.Render()
	s.printf("%d groups of page and country compared, %d differ.\n\n", len(bySQL), len(Differ(bySQL, byFiles)))
}

func (s *screen) table(title string, header table.Row) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(s.out)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	s.printf("\n%s\n", title)
	t.AppendHeader(header)
	return t
}

func number(v *float64, decimals int) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.*f", decimals, *v)
}
