// Command bench measures the functions:
//
//	bench run -json FILE -markdown FILE     everything there is, in some minutes
//	bench readme -json FILE -readme FILE    puts what was measured into a README
//	bench cost -measured FILE               what the model of the costs is made of
//	bench peer NAME                         a peer in Go, as the others start it
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("one of run, readme, cost and peer is wanted")
	}
	switch args[0] {
	case "run":
		return run(ctx, args[1:], out)
	case "readme":
		return readme(args[1:])
	case "cost":
		return measureCost(ctx, args[1:], out)
	case "peer":
		return peer(ctx, args[1:], in, out)
	default:
		return fmt.Errorf("%q is none of run, readme, cost and peer", args[0])
	}
}
