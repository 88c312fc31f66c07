// Command faults puts the local stack under fire and holds what arrived against what was sent. It needs the functions'
// zips in -artifacts: `go tool task faults` builds them first.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/rumline/rumline/tests/faults"
)

func main() {
	// The first signal asks for an orderly end, a second one does not.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	o := faults.Options{Out: os.Stdout}
	flag.Uint64Var(&o.Seed, "seed", 1, "seed of the first round; each further round has the next")
	flag.IntVar(&o.Rounds, "rounds", 20, "rounds")
	flag.IntVar(&o.Appointments, "faults", 60, "faults that are drawn for a round")
	flag.IntVar(&o.Events, "events", 400, "generated events of a round")
	flag.IntVar(&o.Objects, "objects", 28, "objects of the generated events of a round")
	flag.StringVar(&o.ArtifactsDir, "artifacts", "dist/local", "folder with the functions' zips")
	flag.Parse()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

// run keeps the log when something was wrong.
func run(ctx context.Context, o faults.Options) (err error) {
	if o.ArtifactsDir, err = filepath.Abs(o.ArtifactsDir); err != nil {
		return fmt.Errorf("find the zips: %w", err)
	}
	log, err := os.CreateTemp("", "rumline-faults-*.log")
	if err != nil {
		return fmt.Errorf("make a log file: %w", err)
	}
	fmt.Println("log:", log.Name())
	o.Log = log
	_, err = faults.Run(ctx, o)
	if err = errors.Join(err, log.Close()); err != nil {
		return fmt.Errorf("%w\n(what all parts printed, and each fault, is in %s)", err, log.Name())
	}
	return os.Remove(log.Name()) //nolint:wrapcheck // it names the file
}
