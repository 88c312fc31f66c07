// Command oncall is what the on-call runs, for the local stack as for prod:
//
//	oncall status                     how every destination is: what waits, flows and fails, and whether anything was lost
//	oncall dlq                        what is dead-lettered: how much, why, how old, and what to run next
//	oncall dlq-show -dest D           the dead letters themselves
//	oncall replay -dest D             delivers dead letters again, as soon as the destination is well
//	oncall backfill -dest D -prefix P notifies one destination once more of objects that are there already
//	oncall pause|resume -dest D       stops a destination's queue for maintenance, and lets it flow again
//	oncall dlq-parked -dest D         the messages that no replay can deliver
//	oncall dlq-unpark -dest D ID…     sends parked messages to the destination again
//
// Each takes -env (local, dev, preprod, prod; else RUMLINE_WORKSPACE), -json for one JSON document on standard output, and -h.
// What it says on the way goes to standard error. AWS is reached by the usual environment (AWS_PROFILE, AWS_REGION; AWS_ENDPOINT_URL);
// the local stack is found by itself.
//
// Exit codes:
//
//	0  it is done, and what was asked for is well
//	1  it failed, or was interrupted
//	2  it was called wrongly, or nobody confirmed it: nothing was done
//	3  it is done, and somebody should see to what it shows: dead letters, messages that a replay has left, a status that is not well
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/oncall/screen"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	desk := &desk{
		notes: os.Stderr, now: time.Now, every: 2 * time.Second, open: place.Open,
		terminal: term.IsTerminal(int(os.Stdin.Fd())),
	}
	err := desk.run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) && !errors.Is(err, errAttention) {
		fmt.Fprintln(os.Stderr, "oncall:", screen.Printable(err.Error()))
	}
	stop() // not before: a task runner repeats the signal of the terminal, and the second would cut off what is said
	os.Exit(exitCode(err))
}

// desk is what the commands work with besides the environment.
type desk struct {
	in    io.Reader
	out   io.Writer // what was asked for
	notes io.Writer // what is said on the way
	// terminal says that somebody can be asked.
	terminal bool
	now      func() time.Time
	// every is how often something is looked at that is waited for.
	every time.Duration
	open  func(ctx context.Context, name string) (*place.Place, error)
}

func (d *desk) run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	d.in, d.out = in, out
	commands := map[string]func(context.Context, []string) error{
		"status": d.status, "dlq": d.dlq, "dlq-show": d.show, "replay": d.replay, "backfill": d.backfill,
		"pause": d.pause, "resume": d.resume, "dlq-parked": d.parked, "dlq-unpark": d.unpark,
	}
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, name)
	}
	slices.Sort(names)
	usage := "usage: oncall " + strings.Join(names, "|") + " [-env E] …; `oncall status -h` explains status, and so on"
	if len(args) == 0 {
		return wrongUsage("%s", usage)
	}
	command, ok := commands[args[0]]
	if !ok {
		return wrongUsage("%s is no command; %s", args[0], usage)
	}
	return command(ctx, args[1:])
}
