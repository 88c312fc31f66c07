package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rumline/rumline/tests/local"
)

// preview prints the plan of an environment that has nothing yet.
func preview(ctx context.Context, artifacts, environment string, log io.Writer) (err error) {
	stack, err := local.Start(ctx, local.Options{Log: log, Step: func(what string) { fmt.Fprintln(os.Stderr, "›", what) }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stack.Stop(context.WithoutCancel(ctx))) }()
	_, text, err := stack.Preview(ctx, artifacts, environment)
	if err != nil {
		return err
	}
	fmt.Println(text)
	return nil
}
