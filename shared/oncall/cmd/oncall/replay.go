package main

import (
	"context"
	"os/user"

	"github.com/dustin/go-humanize"

	"github.com/rumline/rumline/shared/oncall/deadletters"
	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/oncall/replays"
	"github.com/rumline/rumline/shared/oncall/screen"
	"github.com/rumline/rumline/shared/replay"
)

// started is what replay answers when it follows nothing.
type started struct {
	Execution string       `json:"execution"`
	Input     replay.Input `json:"input"`
}

func (d *desk) replay(ctx context.Context, args []string) error {
	o := d.flags("replay", "", `Delivers dead letters again, as soon as their destination is well, and parks what can never be delivered. It is safe to run
at any time, twice at once, and again: whatever was delivered is not delivered twice.`)
	o.confirmed()
	f := o.filter()
	var input replay.Input
	o.Int64Var(&input.MaxMessages, "max", 0, "how many messages to replay, at most; 0: all")
	o.Int64Var(&input.Rate, "rate", 0, "how many messages to replay in a second, at most; 0: as fast as the destination takes them")
	o.BoolVar(&input.DryRun, "dry-run", false, "say what would become of the messages, and change nothing")
	noFollow := o.Bool("no-follow", false, "start it, and do not wait for its end")
	follow := o.String("follow", "", "follow the execution with this ARN instead of starting one")
	stop := o.String("stop", "", "stop the execution with this ARN instead of starting one")
	if err := o.read(args, false); err != nil {
		return err
	}
	if *follow != "" || *stop != "" {
		return d.attend(ctx, o, *follow, *stop)
	}
	input.Destination, input.Filter, input.By = o.dest, f.read(), by()
	if err := input.Check(); err != nil {
		return usageError{err}
	}
	p, to, err := o.one(ctx)
	if err != nil {
		return err
	}
	if err := d.explainReplay(ctx, p, p.Letters(o.dest, to), input, f.everything()); err != nil {
		return err
	}
	if !input.DryRun {
		if err := o.confirm(p, false); err != nil {
			return err
		}
	}
	execution, err := replays.Start(ctx, p.SFN, p.ReplayStateMachine, input)
	if err != nil {
		return err
	}
	if err := d.say("started %s", execution); err != nil {
		return err
	}
	if !*noFollow {
		return d.follow(ctx, o, p, execution)
	}
	if o.json {
		return screen.JSON(d.out, started{execution, input})
	}
	return screen.Print(d.out, "follow it: oncall replay -env %s -follow %s\n", o.env, execution)
}

// attend follows or stops an execution that was started before.
func (d *desk) attend(ctx context.Context, o *options, follow, stop string) error {
	if follow != "" && stop != "" {
		return wrongUsage("-follow and -stop are two things: give one")
	}
	p, _, err := o.all(ctx)
	if err != nil {
		return err
	}
	if follow != "" {
		return d.follow(ctx, o, p, follow)
	}
	if err := d.say("stop %s in %s: messages that it holds can be received again when their visibility timeout is over", screen.Printable(stop), p.Workspace); err != nil {
		return err
	}
	if err := o.confirm(p, false); err != nil {
		return err
	}
	if err := replays.Stop(ctx, p.SFN, stop, by()); err != nil {
		return err
	}
	if o.json {
		return screen.JSON(d.out, started{Execution: stop})
	}
	return screen.Print(d.out, "stopped\n")
}

// explainReplay says what is about to be done. What the filter chooses is counted in a sample: the state machine looks at
// every message itself.
func (d *desk) explainReplay(ctx context.Context, p *place.Place, queue *replay.Queue, input replay.Input, everything bool) error {
	visible, hidden, err := queue.Depth(ctx)
	if err != nil {
		return err
	}
	doing := "replay"
	if input.DryRun {
		doing = "look at (dry run)"
	}
	which := "all of them are meant"
	if !everything {
		letters, err := deadletters.Look(ctx, queue, defaultSample)
		if err != nil {
			return err
		}
		n := 0
		for _, l := range letters {
			if input.Filter.Matches(l, d.now()) {
				n++
			}
		}
		which = humanize.Comma(int64(n)) + " of " + humanize.Comma(int64(len(letters))) + " that were looked at are meant"
	}
	return d.say("%s the dead letters of %s in %s: %s can be received, %s are hidden by somebody; %s", doing, input.Destination, p.Workspace,
		humanize.Comma(visible), humanize.Comma(hidden), which)
}

// by is who starts and stops executions, for their reports.
func by() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "the on-call"
}
