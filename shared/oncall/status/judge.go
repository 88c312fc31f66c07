package status

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// stuckAfter is how old a message gets before a queue that nothing is written from counts as stuck.
const stuckAfter = 5 * time.Minute

// judge says what somebody should see to: the worst first.
func (s *Status) judge() {
	told := map[string]bool{} // alarms about what was said already
	for i := range s.Destinations {
		s.judgeOne(&s.Destinations[i], told)
	}
	for _, a := range s.Alarms {
		if told[a.Destination+"-"+a.Kind] {
			continue
		}
		s.add(a.Destination, fmt.Sprintf("alarm %s since %s: %s", a.Kind, screen.At(a.Since, s.At), a.Means),
			cmp.Or(a.Run, a.Runbook, "runbook: "+a.Kind+".md"))
	}
	s.Well = len(s.Problems) == 0
}

func (s *Status) judgeOne(d *Destination, told map[string]bool) {
	tell := func(what, run string, kinds ...string) {
		s.add(d.Name, what, run)
		for _, kind := range kinds {
			told[d.Name+"-"+kind] = true
		}
	}
	command := func(task string) string { return screen.Command(task, s.Workspace, d.Name) }
	if c := d.Conservation; !c.Exact {
		tell(fmt.Sprintf("records do not add up: imbalance %d, and of %d read %d are missing", c.Imbalance, c.Read, c.Off()),
			"runbook: imbalance.md", "imbalance")
	}
	switch d.Breaker.State {
	case Open, HalfOpen:
		tell(fmt.Sprintf("the breaker is %s since %s: the destination is down; its messages wait, and flow by themselves when it is well",
			strings.ReplaceAll(string(d.Breaker.State), "_", " "), screen.At(d.Breaker.Since, s.At)),
			"runbook: breaker-open.md", "breaker-open", "destination-down", "message-age", "error-rate")
	case Paused:
		tell("it is paused by hand: its messages wait", command("resume"), "message-age")
	case Closed, Settling:
		if oldest := d.Backlog.OldestSeconds; d.Backlog.Visible > 0 && d.EventsPerSecond == 0 && oldest != nil && *oldest > int64(stuckAfter.Seconds()) {
			tell(fmt.Sprintf("nothing was written for %s though messages wait, the oldest for %s",
				screen.Age(throughputFor), screen.Age(time.Duration(*oldest)*time.Second)), "runbook: message-age.md", "message-age")
		}
	}
	if mend := toMend(d.Failures); len(mend) > 0 {
		kinds := make([]string, len(mend))
		for i, code := range mend {
			kinds[i] = strings.TrimSuffix(screen.RunbookPage(code), ".md")
		}
		tell("somebody has to mend what it fails with: "+screen.Cut(fmt.Sprint(mend), 120), "runbook: "+screen.RunbookPage(mend[0]), kinds...)
	}
	if d.DeadLetters > 0 {
		what := fmt.Sprintf("%d messages are dead-lettered", d.DeadLetters)
		if n := len(d.Replays); n > 0 {
			what += fmt.Sprintf("; replays at work: %d", n)
		}
		tell(what, command("dlq"), "dlq-depth")
	}
}

func (s *Status) add(destination, what, run string) {
	s.Problems = append(s.Problems, Problem{Destination: destination, What: what, Run: run})
}

// toMend are the codes that do not pass before somebody has mended something.
func toMend(failures map[failure.Code]int64) []failure.Code {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(failures)), func(c failure.Code) bool {
		return !c.Permanent() || c.Hopeless()
	})
}
