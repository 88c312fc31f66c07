package main

import (
	"context"
	"strings"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/deadletters"
	"github.com/rumline/rumline/shared/oncall/screen"
	"github.com/rumline/rumline/shared/replay"
)

// letter is a dead letter as it is shown.
type letter struct {
	ID       string       `json:"id"`
	SentAt   time.Time    `json:"sent_at,omitzero"`
	Receives int          `json:"receives"`
	Objects  []string     `json:"objects"`
	Code     failure.Code `json:"code"`
	Hopeless bool         `json:"hopeless"`
	Error    string       `json:"error,omitempty"`
	FailedAt time.Time    `json:"failed_at,omitzero"`
	// Body is the message's, if it was asked for.
	Body string `json:"body,omitempty"`
}

func (d *desk) show(ctx context.Context, args []string) error {
	o := d.flags("dlq-show", "", "Shows dead letters, the oldest first. They are received and shown again at once.")
	f := o.filter()
	limit := o.Int("limit", 20, "how many to show, at most")
	sample := o.Int("sample", defaultSample, "how many messages to look at, at most")
	body := o.Bool("body", false, "show the messages' bodies, too")
	if err := o.read(args, false); err != nil {
		return err
	}
	chosen := f.read()
	if err := (replay.Input{Destination: o.dest, Filter: chosen}).Check(); err != nil && o.dest != "" {
		return usageError{err}
	}
	if *limit < 1 || *sample < 1 {
		return wrongUsage("-limit and -sample must be at least 1")
	}
	p, to, err := o.one(ctx)
	if err != nil {
		return err
	}
	looked, err := deadletters.Look(ctx, p.Letters(o.dest, to), *sample)
	if err != nil {
		return err
	}
	letters := []letter{}
	for _, l := range looked {
		if len(letters) < *limit && chosen.Matches(l, d.now()) {
			letters = append(letters, shown(l, *body))
		}
	}
	if o.json {
		err = screen.JSON(d.out, letters)
	} else {
		err = d.printLetters(letters, len(looked))
	}
	if err != nil {
		return err
	}
	return attention(len(letters) > 0)
}

func shown(l replay.Letter, body bool) letter {
	one := letter{
		ID: l.ID(), SentAt: l.SentAt.UTC(), Receives: l.Receives, Objects: []string{}, Code: l.Code, Hopeless: l.Hopeless,
		Error: l.Error, FailedAt: l.FailedAt.UTC(),
	}
	for _, p := range l.Pointers {
		one.Objects = append(one.Objects, p.String())
	}
	if body {
		one.Body = l.Body()
	}
	return one
}

func (d *desk) printLetters(letters []letter, looked int) error {
	if len(letters) == 0 {
		return screen.Print(d.out, "none of %d messages that were looked at is meant\n", looked)
	}
	for _, l := range letters {
		err := screen.Print(d.out, "%s\n  %-9s %s\n  %-9s %d times\n  %-9s %s\n  %-9s %s\n  %-9s %s\n  %-9s %s\n",
			screen.Printable(l.ID), "sent", screen.At(l.SentAt, d.now()), "received", l.Receives,
			"objects", screen.Printable(strings.Join(l.Objects, ", ")), "code", screen.Printable(string(l.Code)),
			"failed", screen.At(l.FailedAt, d.now()), "error", screen.Printable(l.Error))
		if err == nil && l.Body != "" {
			err = screen.Print(d.out, "%s\n", screen.Printable(l.Body))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
