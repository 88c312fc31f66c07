package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rumline/rumline/shared/oncall/backfill"
	"github.com/rumline/rumline/shared/oncall/screen"
	"github.com/rumline/rumline/shared/replay"
)

// parkedMessage is a parked message as it is listed.
type parkedMessage struct {
	replay.Parked

	ParkedAt time.Time `json:"parked_at,omitzero"`
}

func (d *desk) parked(ctx context.Context, args []string) error {
	o := d.flags("dlq-parked", "", "Lists the messages that a replay has parked, since they can never be delivered as things were.")
	limit := o.Int("limit", 100, "how many to list, at most")
	if err := o.read(args, false); err != nil {
		return err
	}
	if *limit < 1 {
		return wrongUsage("-limit must be at least 1")
	}
	p, _, err := o.one(ctx)
	if err != nil {
		return err
	}
	all := []parkedMessage{}
	for one, err := range p.Parking(o.dest).List(ctx) {
		if err != nil {
			return err
		}
		if len(all) == *limit {
			if err := d.say("there are more than %d: raise -limit", *limit); err != nil {
				return err
			}
			break
		}
		all = append(all, parkedMessage{one, one.ParkedAt.UTC()})
	}
	switch {
	case o.json:
		return screen.JSON(d.out, all)
	case len(all) == 0:
		return screen.Print(d.out, "nothing is parked\n")
	}
	t := screen.NewTable("message", "code", "error", "objects", "sent", "parked")
	for _, one := range all {
		t.Row(one.ID, string(one.Code), screen.Cut(one.Error, 60), strings.Join(one.Objects, "\n"), screen.At(one.SentAt, d.now()), screen.At(one.ParkedAt, d.now()))
	}
	return t.Print(d.out)
}

// unparked is what dlq-unpark answers.
type unparked struct {
	Destination string   `json:"destination"`
	Messages    []string `json:"messages"`
}

func (d *desk) unpark(ctx context.Context, args []string) error {
	o := d.flags("dlq-unpark", " ID…", "Sends parked messages to their destination's queue again, and removes them from the parking.")
	o.confirmed()
	every := o.Bool("all", false, "all that are parked")
	if err := o.read(args, true); err != nil {
		return err
	}
	if *every == (o.NArg() > 0) {
		return wrongUsage("which messages? Give their identifiers, or -all (flags come first)")
	}
	p, to, err := o.one(ctx)
	if err != nil {
		return err
	}
	parking := p.Parking(o.dest)
	chosen, err := choose(ctx, parking, o.Args())
	if err != nil {
		return err
	}
	if err := d.say("send %d parked messages to %s in %s again", len(chosen), o.dest, p.Workspace); err != nil {
		return err
	}
	if len(chosen) > 0 {
		if err := o.confirm(p, false); err != nil {
			return err
		}
	}
	done := unparked{o.dest, []string{}}
	for _, one := range chosen {
		// Sent first: if this ends in between, the message is sent twice and delivered once.
		if err := backfill.Send(ctx, p.SQS, to.QueueURL, []string{one.Body}); err != nil {
			return err
		}
		if err := parking.Remove(ctx, one.ID); err != nil {
			return err
		}
		done.Messages = append(done.Messages, one.ID)
	}
	if o.json {
		return screen.JSON(d.out, done)
	}
	return screen.Print(d.out, "%d messages are in the queue again\n", len(done.Messages))
}

// choose finds the parked messages of the identifiers, or all.
func choose(ctx context.Context, parking *replay.Parking, ids []string) ([]replay.Parked, error) {
	missing := map[string]bool{}
	for _, id := range ids {
		missing[id] = true
	}
	var chosen []replay.Parked
	for one, err := range parking.List(ctx) {
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 || missing[one.ID] {
			chosen = append(chosen, one)
			delete(missing, one.ID)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("nothing is parked as %s: nothing was sent", strings.Join(slices.Sorted(maps.Keys(missing)), ", "))
	}
	return chosen, nil
}
