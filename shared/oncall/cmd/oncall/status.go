package main

import (
	"context"
	"time"

	"github.com/rumline/rumline/shared/oncall/screen"
	"github.com/rumline/rumline/shared/oncall/status"
)

func (d *desk) status(ctx context.Context, args []string) error {
	o := d.flags("status", "", "Says how every destination is, and what to do if it is not well. It changes nothing.")
	watch := o.Bool("watch", false, "show it again and again, until Ctrl-C")
	every := o.Duration("every", 10*time.Second, "how often -watch looks")
	if err := o.read(args, false); err != nil {
		return err
	}
	if *watch && (o.json || *every < time.Second) {
		return wrongUsage("-watch writes no JSON, and looks once a second at most")
	}
	p, names, err := o.all(ctx)
	if err != nil {
		return err
	}
	for {
		s, err := status.Of(ctx, p, names, d.now())
		if err != nil {
			return err
		}
		if o.json {
			err = screen.JSON(d.out, s)
		} else {
			err = s.Print(d.out)
		}
		if err != nil {
			return err
		}
		if !*watch {
			return attention(!s.Well)
		}
		select {
		case <-time.After(*every):
		case <-ctx.Done():
			return attention(!s.Well)
		}
	}
}
