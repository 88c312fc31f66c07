package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rumline/rumline/tests/local/control"
)

// breaking are the commands for a second terminal.
var breaking = map[string]func(ctx context.Context, stack *control.Remote, flags *flag.FlagSet, args []string) error{
	"outage": outage, "poison": poison, "load": load, "impatient": impatient,
}

func breakIt(ctx context.Context, command string, args []string) error {
	stack, err := control.Find(ctx)
	if err != nil {
		return err
	}
	return breaking[command](ctx, stack, flag.NewFlagSet(command, flag.ContinueOnError), args)
}

func parse(flags *flag.FlagSet, args []string) error {
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("local %s: %w", flags.Name(), err)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("local %s: what is %q?", flags.Name(), flags.Arg(0))
	}
	return nil
}

func outage(ctx context.Context, stack *control.Remote, flags *flag.FlagSet, args []string) error {
	lasts := flags.Duration("for", 0, "how long ClickHouse stays down; it is started again on Ctrl-C, too")
	start, end := flags.Bool("start", false, "kill ClickHouse and leave it so"), flags.Bool("end", false, "start it again")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *end && !*start && *lasts == 0 {
		return errors.Join(stack.EndOutage(ctx), said("ClickHouse is up"))
	}
	if *end || *start == (*lasts > 0) {
		return errors.New("local outage: -for 3m, or -start, or -end")
	}
	if err := stack.StartOutage(ctx); err != nil {
		return err
	}
	fmt.Println("ClickHouse is down")
	if *start {
		return nil
	}
	timer := time.NewTimer(*lasts)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	if err := stack.EndOutage(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	return said("ClickHouse is up")
}

func poison(ctx context.Context, stack *control.Remote, flags *flag.FlagSet, args []string) error {
	n := flags.Int("n", 1000, "how many")
	kind := flags.String("kind", "malformed", "malformed: messages that nobody can read; missing: objects that are gone")
	destination := flags.String("dest", "", "whose queue (malformed); all by default")
	if err := parse(flags, args); err != nil {
		return err
	}
	switch *kind {
	case "malformed":
		names := slices.Sorted(maps.Keys(stack.Deployment.Destinations))
		if *destination != "" {
			names = []string{*destination}
		}
		for _, name := range names {
			if err := stack.Malformed(ctx, name, *n); err != nil {
				return err
			}
			fmt.Printf("%d malformed messages are in the queue of %s\n", *n, name)
		}
		return nil
	case "missing":
		if err := stack.Missing(ctx, *n); err != nil {
			return err
		}
		return said(fmt.Sprintf("%d objects are announced to all destinations, and gone", *n))
	default:
		return fmt.Errorf("local poison: -kind malformed or missing, not %q", *kind)
	}
}

func load(ctx context.Context, stack *control.Remote, flags *flag.FlagSet, args []string) error {
	var l control.Load
	flags.IntVar(&l.Rate, "rate", 50, "objects per second")
	flags.IntVar(&l.Events, "events", 20, "events per object, on average")
	flags.DurationVar(&l.For, "for", 5*time.Minute, "how long")
	if err := parse(flags, args); err != nil {
		return err
	}
	begin := time.Now()
	n, err := stack.Load(ctx, l, func(objects int) {
		fmt.Printf("%6.0f s  %d objects\n", time.Since(begin).Seconds(), objects)
	})
	if err != nil {
		return err
	}
	return said(fmt.Sprintf("%d objects in %.0f s, %.1f a second", n, time.Since(begin).Seconds(), float64(n)/time.Since(begin).Seconds()))
}

// impatience is the visibility timeout of impatient queues.
const impatience = 2 * time.Second

func impatient(ctx context.Context, stack *control.Remote, flags *flag.FlagSet, args []string) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := stack.Impatient(ctx, impatience); err != nil {
		return err
	}
	return said(fmt.Sprintf("The visibility timeout of all queues is %s now: what fails is in the dead-letter queue after seconds, and not after minutes. "+
		"It is not as in production: a batch that takes longer is received again while it is written (nothing is doubled by that).", impatience))
}

func said(what string) error {
	fmt.Println(what)
	return nil
}
