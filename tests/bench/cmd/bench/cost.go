package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rumline/rumline/tests/bench/suite"
)

// measureCost writes what the model of the costs is made of.
func measureCost(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench cost", flag.ContinueOnError)
	path := flags.String("measured", "", "the file to write")
	o := suite.Options{Events: 20_000, Log: out}
	flags.IntVar(&o.Rounds, "rounds", 3, "runs that a figure is the median of")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	return with(ctx, o, func(s *suite.Suite) error {
		m, err := s.Costs(ctx)
		if err != nil {
			return err
		}
		m.Date, m.Machine = today(), machine()
		text, err := json.MarshalIndent(m, "", "  ")
		if err != nil {
			return fmt.Errorf("write what was measured: %w", err)
		}
		if err := os.WriteFile(*path, append(text, '\n'), 0o644); err != nil {
			return fmt.Errorf("write what was measured: %w", err)
		}
		return nil
	})
}
