package main

import (
	"context"
	"io"

	"github.com/dustin/go-humanize"

	"github.com/rumline/rumline/shared/oncall/deadletters"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// defaultSample is how many messages are looked at.
const defaultSample = 1000

func (d *desk) dlq(ctx context.Context, args []string) error {
	o := d.flags("dlq", "", "Says what is dead-lettered: how much, why, since when, and what to run next. Messages are received and shown again at once.")
	sample := o.Int("sample", defaultSample, "how many messages of a queue to look at, at most")
	if err := o.read(args, false); err != nil {
		return err
	}
	if *sample < 1 {
		return wrongUsage("-sample is %d; it must be at least 1", *sample)
	}
	p, names, err := o.all(ctx)
	if err != nil {
		return err
	}
	surveys := make([]deadletters.Survey, 0, len(names))
	empty := true
	for _, name := range names {
		s, err := deadletters.Take(ctx, p.Letters(name, p.Destinations[name]), name, *sample, d.now())
		if err != nil {
			return err
		}
		s.Next = deadletters.Advise(s, func(task string) string { return screen.Command(task, o.env, name) })
		surveys = append(surveys, s)
		empty = empty && s.Empty()
	}
	if o.json {
		err = screen.JSON(d.out, surveys)
	} else {
		err = d.printSurveys(surveys)
	}
	if err != nil {
		return err
	}
	return attention(!empty)
}

func (d *desk) printSurveys(surveys []deadletters.Survey) error {
	t := screen.NewTable("destination", "dead letters", "hidden by somebody", "oldest", "looked at")
	for _, s := range surveys {
		t.Row(s.Destination, humanize.Comma(s.Visible), humanize.Comma(s.Hidden), screen.At(s.OldestSentAt, d.now()), humanize.Comma(int64(s.Sampled)))
	}
	if err := t.Print(d.out); err != nil {
		return err
	}
	for _, s := range surveys {
		if err := d.printReasons(d.out, s); err != nil {
			return err
		}
		if err := screen.Print(d.out, "%s → %s\n", s.Destination, screen.Printable(s.Next)); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) printReasons(out io.Writer, s deadletters.Survey) error {
	if s.Sampled == 0 {
		return nil
	}
	reasons := screen.NewTable("code", "messages", "", "last failed", "with")
	for _, r := range s.Reasons {
		reasons.Row(string(r.Code), humanize.Comma(r.Messages), screen.Bar(r.Messages, int64(s.Sampled)), screen.At(r.LastFailedAt, d.now()), screen.Cut(r.Error, 60))
	}
	ages := screen.NewTable("age up to", "messages", "")
	for _, a := range s.Ages {
		ages.Row(a.Up, humanize.Comma(a.Messages), screen.Bar(a.Messages, int64(s.Sampled)))
	}
	if err := screen.Print(out, "\n%s: why\n", s.Destination); err != nil {
		return err
	}
	if err := reasons.Print(out); err != nil {
		return err
	}
	if err := screen.Print(out, "%s: since when\n", s.Destination); err != nil {
		return err
	}
	return ages.Print(out)
}
