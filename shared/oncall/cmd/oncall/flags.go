package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// options are those that every command has.
type options struct {
	*flag.FlagSet

	desk *desk
	env  string
	dest string
	json bool
	yes  bool
}

func (d *desk) flags(command, arguments, does string) *options {
	o := &options{FlagSet: flag.NewFlagSet(command, flag.ContinueOnError), desk: d}
	o.SetOutput(d.notes)
	o.Usage = func() {
		fmt.Fprintf(d.notes, "usage: oncall %s [flags]%s\n%s\n", command, arguments, does)
		o.PrintDefaults()
	}
	o.StringVar(&o.env, "env", os.Getenv("RUMLINE_WORKSPACE"), "environment: local, dev, preprod, prod (RUMLINE_WORKSPACE)")
	o.StringVar(&o.dest, "dest", "", "destination, such as clickhouse")
	o.BoolVar(&o.json, "json", false, "write one JSON document")
	return o
}

// confirmed adds the flag that goes on without asking.
func (o *options) confirmed() {
	o.BoolVar(&o.yes, "yes", false, "do not ask")
}

// read reads the command line. Only commands that want arguments besides flags may have them.
func (o *options) read(args []string, arguments bool) error {
	if err := o.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err //nolint:wrapcheck // nothing is wrong
		}
		return usageError{err}
	}
	if !arguments && o.NArg() > 0 {
		return wrongUsage("%s takes no arguments, only flags: %s", o.Name(), o.Arg(0))
	}
	if o.env == "" {
		return wrongUsage("which environment? Give -env local, dev, preprod or prod (or RUMLINE_WORKSPACE)")
	}
	return nil
}

// all opens the environment, and names the destinations that are meant: the one that was given, or all.
func (o *options) all(ctx context.Context) (*place.Place, []string, error) {
	p, err := o.desk.open(ctx, o.env)
	if err != nil {
		return nil, nil, err
	}
	if o.dest == "" {
		names := p.Names()
		return p, names, nil
	}
	if _, err := p.Destination(o.dest); err != nil {
		return nil, nil, usageError{err}
	}
	return p, []string{o.dest}, nil
}

// one opens the environment, and finds the destination that must be given.
func (o *options) one(ctx context.Context) (*place.Place, deployment.Destination, error) {
	if o.dest == "" {
		return nil, deployment.Destination{}, wrongUsage("which destination? Give -dest")
	}
	p, _, err := o.all(ctx)
	if err != nil {
		return nil, deployment.Destination{}, err
	}
	return p, p.Destinations[o.dest], nil
}

func (o *options) command(task string) string { return screen.Command(task, o.env, o.dest) }

// moment is a flag for a point in time: a date, a time with its zone, or how long ago.
type moment struct {
	time.Time

	now func() time.Time
}

// String implements flag.Value.
func (m *moment) String() string {
	if m == nil || m.IsZero() {
		return ""
	}
	return m.Format(time.RFC3339)
}

// Set implements flag.Value.
func (m *moment) Set(s string) error {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			m.Time = t.UTC()
			return nil
		}
	}
	ago, err := time.ParseDuration(s)
	if err != nil || ago < 0 {
		return errors.New("give 2026-11-23, 2026-11-23T21:00 (UTC), 2026-11-23T21:00:00+01:00, or how long ago: 90m, 24h")
	}
	m.Time = m.now().Add(-ago).UTC()
	return nil
}
