// Command quarantine shows what could not be an event, and puts repaired records back:
//
//	quarantine list      counts what is in quarantine, by destination and reason; -all lists every record
//	quarantine show ID…  shows records with their text; -raw writes their bytes and nothing else
//	quarantine put-back [FILE]
//
// put-back takes repaired records, of a file or from standard input, and puts them through the front door: as a new
// object in the raw bucket, from where they go to every destination. A record is refused by all destinations alike, so it is
// put back once, and not once for each. Nothing is put that would only be refused again.
//
// It is the same for every environment: -workspace names the one that Terraform made, or -bucket and -raw-bucket its
// buckets, and AWS is reached by the usual environment (AWS_PROFILE; AWS_ENDPOINT_URL for the local stack).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "quarantine:", err)
		os.Exit(1)
	}
}

const usage = "usage: quarantine list|show|put-back [-workspace W] …; `quarantine list -h` explains list, and so on"

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	commands := map[string]func(context.Context, []string, io.Reader, io.Writer) error{
		"list": list, "show": show, "put-back": putBack,
	}
	command, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("%s is no command; %s", args[0], usage)
	}
	return command(ctx, args[1:], in, out)
}
