package status

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// Print writes the verdict, the problems and a row for each destination.
func (s *Status) Print(out io.Writer) error {
	verdict := fmt.Sprintf("%s: all well at %s\n", s.Workspace, s.At.Format("2006-01-02 15:04:05Z"))
	if !s.Well {
		verdict = fmt.Sprintf("%s: %d problems at %s\n", s.Workspace, len(s.Problems), s.At.Format("2006-01-02 15:04:05Z"))
	}
	for _, p := range s.Problems {
		verdict += fmt.Sprintf("  %s %s → %s\n", cmp.Or(p.Destination, "all")+":", screen.Printable(p.What), screen.Printable(p.Run))
	}
	if err := screen.Print(out, "%s\n", verdict); err != nil {
		return err
	}
	t := screen.NewTable("destination", "waiting", "in flight", "oldest", "dead letters", "events/s (5 min)", "failures (15 min)",
		"breaker", "replays", "conserved (1 h)", "alarms")
	for _, d := range s.Destinations {
		t.Row(d.Name, humanize.Comma(d.Backlog.Visible), humanize.Comma(d.Backlog.InFlight), d.oldest(), humanize.Comma(d.DeadLetters),
			fmt.Sprintf("%.1f", d.EventsPerSecond), failed(d.Failures), d.Breaker.words(s.At), d.replays(s.At), d.Conservation.words(),
			strings.Join(d.Alarms, "\n"))
	}
	return t.Print(out)
}

func (d *Destination) oldest() string {
	if d.Backlog.OldestSeconds == nil {
		return screen.Nothing
	}
	return screen.Age(time.Duration(*d.Backlog.OldestSeconds) * time.Second)
}

func failed(failures map[failure.Code]int64) string {
	lines := make([]string, 0, len(failures))
	for _, code := range slices.Sorted(maps.Keys(failures)) {
		lines = append(lines, fmt.Sprintf("%s ×%d", code, failures[code]))
	}
	return strings.Join(lines, "\n")
}

func (b Breaker) words(now time.Time) string {
	switch b.State {
	case Open, HalfOpen:
		return fmt.Sprintf("%s for %s", strings.ReplaceAll(string(b.State), "_", " "), screen.Age(now.Sub(b.Since)))
	case Paused:
		return "paused by hand"
	case Closed:
		return string(b.State)
	default:
		return b.Mapping
	}
}

func (d *Destination) replays(now time.Time) string {
	lines := make([]string, len(d.Replays))
	for i, r := range d.Replays {
		lines[i] = "by hand"
		if r.Automatic {
			lines[i] = "automatic"
		}
		lines[i] += " for " + screen.Age(now.Sub(r.Since))
	}
	return strings.Join(lines, "\n")
}

func (c Conservation) words() string {
	if c.Exact {
		return "exact"
	}
	return fmt.Sprintf("OFF by %d, imbalance %d", c.Off(), c.Imbalance)
}
