// Command local runs the whole pipeline on this machine.
//
//	local demo   deploys it, sends 100,000 events and shows what arrived where
//	local up     deploys it and keeps it running until it is interrupted
//
// and, in a second terminal, breaks what `local up` runs:
//
//	local outage -for 3m | -start | -end          kills ClickHouse, and starts it again
//	local poison -n 1000 -kind malformed|missing  sends what ends in the dead-letter queues
//	local load -rate 50 -for 5m                   puts generated objects
//	local impatient                               has dead-lettering take seconds
//
// It needs the functions' zips in -artifacts: `go tool task demo` and `go tool task local` build them first.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/local/control"
	"github.com/rumline/rumline/tests/local/demo"
	"github.com/rumline/rumline/tests/local/slack"
)

const usage = "usage: local [-artifacts folder] [-address host:port] demo|up|preview|outage|poison|load|impatient"

func main() {
	// The first signal asks for an orderly end, a second one does not.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	o := options{}
	flag.StringVar(&o.artifacts, "artifacts", "dist/local", "folder with the functions' zips")
	flag.StringVar(&o.address, "address", "", "where AWS listens (up); a free port of 127.0.0.1 by default")
	flag.IntVar(&o.events, "events", 100_000, "generated events (demo)")
	flag.IntVar(&o.objects, "objects", 300, "objects of the generated events (demo)")
	flag.StringVar(&o.environment, "environment", "dev", "dev, preprod or prod (preview)")
	flag.Parse()
	if err := run(ctx, o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

type options struct {
	artifacts, address, environment string
	events, objects                 int
}

func run(ctx context.Context, o options, args []string) error {
	if len(args) > 0 && breaking[args[0]] != nil {
		return breakIt(ctx, args[0], args[1:])
	}
	if len(args) != 1 {
		return errors.New(usage)
	}
	dir, err := filepath.Abs(o.artifacts)
	if err != nil {
		return fmt.Errorf("find the zips: %w", err)
	}
	return withLog(os.Stdout, func(log io.Writer) error {
		switch command := args[0]; command {
		case "demo":
			return demo.Run(ctx, demo.Options{Events: o.events, Objects: o.objects, ArtifactsDir: dir, Out: os.Stdout, Log: log})
		case "up":
			return up(ctx, dir, o.address, log)
		case "preview":
			return preview(ctx, dir, o.environment, log)
		default:
			return fmt.Errorf("%s is no command; %s", command, usage)
		}
	})
}

// withLog gives a run a log file, which is kept when the run fails, and says so.
func withLog(out io.Writer, run func(io.Writer) error) error {
	log, err := os.CreateTemp("", "rumline-local-*.log")
	if err != nil {
		return fmt.Errorf("make a log file: %w", err)
	}
	_, err = fmt.Fprintln(out, "log, kept only if this fails:", log.Name())
	if err == nil {
		err = run(log)
	}
	err = errors.Join(err, log.Close())
	if err != nil {
		return fmt.Errorf("%w\n(what all parts printed is in %s)", err, log.Name())
	}
	return os.Remove(log.Name()) //nolint:wrapcheck // it names the file
}

func up(ctx context.Context, artifacts, address string, log io.Writer) (err error) {
	stack, err := local.Start(ctx, local.Options{
		Log: log, AWSAddress: address, Step: func(what string) { fmt.Println(what) },
		Alarms: true, OnSlack: func(m slack.Message) { fmt.Println("slack:", m.Text) },
	})
	if err != nil {
		return err
	}
	defer func() {
		fmt.Println("stopping everything and removing its files")
		err = errors.Join(err, stack.Stop(context.WithoutCancel(ctx)))
	}()
	deployment, err := stack.Deploy(ctx, artifacts)
	if err != nil {
		return err
	}
	server, err := control.Start(ctx, stack, deployment)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close(context.WithoutCancel(ctx))) }()
	fmt.Print(stack.Guide(deployment))
	select {
	case <-ctx.Done():
		return nil
	case <-stack.AWS.Failed():
		return errors.New("the emulator has ended")
	}
}
