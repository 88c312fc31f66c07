// Command terraform runs Terraform with its arguments. It finds Terraform and its providers on the machine, or
// fetches them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/rumline/rumline/tests/local/provision"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "terraform:", err)
		code = 1
	}
	os.Exit(code) //nolint:gocritic // nothing is left to be stopped
}

func run(ctx context.Context) (int, error) {
	cache, err := provision.CacheDir()
	if err != nil {
		return 0, fmt.Errorf("find the cache: %w", err)
	}
	return provision.Run(ctx, cache, os.Args[1:])
}
