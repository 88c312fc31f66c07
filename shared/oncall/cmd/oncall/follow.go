package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/oncall/replays"
	"github.com/rumline/rumline/shared/oncall/screen"
	"github.com/rumline/rumline/shared/replay"
)

// follow shows a replay's progress until its end, and its report.
func (d *desk) follow(ctx context.Context, o *options, p *place.Place, execution string) error {
	var failed error
	report, err := replays.Follow(ctx, p.SFN, execution, d.every, func(now replays.Progress) {
		failed = cmp.Or(failed, d.say("%s  %s since %s: %s examined, %s delivered, %s parked, %s left", d.now().UTC().Format("15:04:05Z"),
			screen.Printable(now.State), screen.At(now.Since, d.now()), humanize.Comma(now.Examined), humanize.Comma(now.Delivered),
			humanize.Comma(now.Parked), humanize.Comma(now.Left)))
		execution = now.Execution
	})
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return fmt.Errorf("interrupted, while the replay goes on. Follow it: oncall replay -env %s -follow %s; stop it: oncall replay -env %s -stop %s",
			o.env, execution, o.env, execution)
	}
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	if o.json {
		err = screen.JSON(d.out, report)
	} else {
		err = d.printReport(report)
	}
	if err != nil {
		return err
	}
	return attention(report.Outcome == replay.Unhealthy || report.Left > 0 && report.Outcome != replay.DryRun)
}

func (d *desk) printReport(r replay.Report) error {
	t := screen.NewTable("code", "matched", "delivered", "parked", "left")
	for _, code := range slices.SortedFunc(maps.Keys(r.ByCode), func(a, b failure.Code) int {
		return cmp.Or(cmp.Compare(r.ByCode[b].Matched, r.ByCode[a].Matched), cmp.Compare(a, b))
	}) {
		c := r.ByCode[code]
		t.Row(string(code), humanize.Comma(c.Matched), humanize.Comma(c.Delivered), humanize.Comma(c.Parked), humanize.Comma(c.Left))
	}
	t.Total("all", humanize.Comma(r.Matched), humanize.Comma(r.Delivered), humanize.Comma(r.Parked), humanize.Comma(r.Left))
	if err := screen.Print(d.out, "%s\n", outcome(r)); err != nil {
		return err
	}
	if err := t.Print(d.out); err != nil {
		return err
	}
	if len(r.LeftBy) > 0 {
		var left []string
		for _, code := range slices.Sorted(maps.Keys(r.LeftBy)) {
			left = append(left, fmt.Sprintf("%s ×%d", code, r.LeftBy[code]))
		}
		if err := screen.Print(d.out, "left, since they failed again with: %s\n", screen.Printable(strings.Join(left, ", "))); err != nil {
			return err
		}
	}
	if r.VisibleAt.After(d.now()) {
		return screen.Print(d.out, "what is left can be received again from %s on\n", screen.At(r.VisibleAt, d.now()))
	}
	return nil
}

// outcome is a report's first line.
func outcome(r replay.Report) string {
	how := map[replay.Outcome]string{
		replay.Complete:   "complete: every message that was meant was delivered or parked",
		replay.Partial:    "partial: some failed again, or there are more than were asked for",
		replay.Unhealthy:  "not done: the destination did not become well in time. Nothing is lost",
		replay.Superseded: "not done: another automatic replay of the destination is at work",
		replay.DryRun:     "dry run: nothing was changed; the counts are what would be tried and parked",
	}[r.Outcome]
	line := fmt.Sprintf("%s: %s; %s of %s examined in %s", r.Destination, cmp.Or(how, string(r.Outcome)), humanize.Comma(r.Examined), humanize.Comma(r.Depth),
		screen.Age(r.EndedAt.Sub(r.StartedAt)))
	if r.Error != "" {
		line += ": " + r.Error
	}
	return screen.Printable(line)
}
