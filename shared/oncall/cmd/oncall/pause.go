package main

import (
	"cmp"
	"context"
	"time"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/oncall/mapping"
	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/oncall/screen"
	"github.com/rumline/rumline/shared/oncall/status"
)

// looks is how often a mapping is looked at before a switch is given up: some minutes.
const looks = 150

// switched is what pause and resume answer.
type switched struct {
	Destination string `json:"destination"`
	// Mapping is the state of the event source mapping.
	Mapping string `json:"mapping"`
	// RetentionSeconds is how long the queue keeps a message.
	RetentionSeconds int64 `json:"retention_seconds"`
	// ResumeBefore is when the oldest message that waits would be lost.
	ResumeBefore time.Time `json:"resume_before,omitzero"`
}

func (d *desk) pause(ctx context.Context, args []string) error {
	o := d.flags("pause", "", "Stops a destination from taking messages, for maintenance: they wait in its queue. The other destinations go on.")
	o.confirmed()
	if err := o.read(args, false); err != nil {
		return err
	}
	p, to, err := o.one(ctx)
	if err != nil {
		return err
	}
	retention := retention(to)
	arn, _, err := status.OpenBreaker(ctx, p, o.dest)
	if err != nil {
		return err
	}
	if arn != "" {
		if err := d.say("note: the breaker of %s is open. It resumes the destination when it is well, whoever has paused it", o.dest); err != nil {
			return err
		}
	}
	if err := d.say("pause %s in %s: its messages wait in the queue, which keeps each for %s since it was sent", o.dest, p.Workspace, screen.Age(retention)); err != nil {
		return err
	}
	if err := o.confirm(p, false); err != nil {
		return err
	}
	oldest, err := status.Oldest(ctx, p, o.dest, d.now())
	if err != nil {
		return err
	}
	if err := mapping.Switch(ctx, p.Lambda, to.Mapping, false, d.every, looks); err != nil {
		return err
	}
	s := switched{o.dest, mapping.Disabled, int64(retention.Seconds()), d.now().Add(retention - oldest).UTC().Truncate(time.Second)}
	if o.json {
		return screen.JSON(d.out, s)
	}
	return screen.Print(d.out, "%s is paused. Resume it before %s, or messages are lost: `%s`\n", o.dest, screen.At(s.ResumeBefore, d.now()), o.command("resume"))
}

func (d *desk) resume(ctx context.Context, args []string) error {
	o := d.flags("resume", "", "Lets a destination take messages again.")
	o.confirmed()
	if err := o.read(args, false); err != nil {
		return err
	}
	p, to, err := o.one(ctx)
	if err != nil {
		return err
	}
	open, err := d.explainResume(ctx, p, o.dest)
	if err != nil {
		return err
	}
	if err := o.confirm(p, open); err != nil {
		return err
	}
	if err := mapping.Switch(ctx, p.Lambda, to.Mapping, true, d.every, looks); err != nil {
		return err
	}
	if o.json {
		return screen.JSON(d.out, switched{Destination: o.dest, Mapping: mapping.Enabled, RetentionSeconds: int64(retention(to).Seconds())})
	}
	return screen.Print(d.out, "%s takes messages again: `%s` shows how it goes\n", o.dest, o.command("status"))
}

// explainResume says what is about to be done, and whether the breaker is open: what it has stopped, it lets flow itself.
func (d *desk) explainResume(ctx context.Context, p *place.Place, destination string) (open bool, err error) {
	arn, since, err := status.OpenBreaker(ctx, p, destination)
	if err != nil {
		return false, err
	}
	if arn == "" {
		return false, d.say("resume %s in %s", destination, p.Workspace)
	}
	return true, d.say("resume %s in %s, though its breaker is open since %s: the destination is down, and flows by itself when it is well. "+
		"Resumed now, its messages use up their attempts, and the breaker may stop them again", destination, p.Workspace, screen.At(since, d.now()))
}

// defaultRetentionDays is what SQS itself has.
const defaultRetentionDays = 4

func retention(d deployment.Destination) time.Duration {
	return time.Duration(cmp.Or(d.QueueRetentionDays, defaultRetentionDays)) * 24 * time.Hour
}
