package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/rumline/rumline/tests/bench/report"
	"github.com/rumline/rumline/tests/bench/suite"
)

// run runs everything and writes what was found.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench run", flag.ContinueOnError)
	o := suite.Options{Log: out}
	flags.IntVar(&o.Events, "events", 50_000, "events of a run")
	flags.IntVar(&o.Rounds, "rounds", 5, "runs that a figure is the median of")
	flags.IntVar(&o.LargeBytes, "large", 64_000_000, "size of the large object in bytes")
	flags.IntVar(&o.MostObjects, "objects", 0, "most objects of a batch; 0 for all sizes that there are")
	flags.BoolVar(&o.Peers, "peers", true, "compare with others")
	document := flags.String("json", "", "write the results into this file")
	page := flags.String("markdown", "", "and this one, for people")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	return with(ctx, o, func(s *suite.Suite) error {
		results, err := s.Run(ctx)
		if err != nil {
			return err
		}
		results.Date, results.Machine = today(), machine()
		if *document != "" {
			err = results.Write(*document)
		}
		if *page != "" && err == nil {
			err = os.WriteFile(*page, []byte(results.Markdown()), 0o644)
		}
		if err != nil {
			return fmt.Errorf("write what was found: %w", err)
		}
		for _, t := range results.Targets {
			verdict := "met   "
			if !t.Met {
				verdict = "MISSED"
			}
			fmt.Fprintf(out, "%s  %s: %s (%s)\n", verdict, t.What, t.Got, t.Want)
		}
		return nil
	})
}

// with makes a suite in a temporary folder.
func with(ctx context.Context, o suite.Options, use func(*suite.Suite) error) (err error) {
	if o.Dir, err = os.MkdirTemp("", "rumline-bench-"); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	s, err := suite.New(ctx, o)
	if err != nil {
		return err
	}
	return use(s)
}

// readme refreshes a README.
func readme(args []string) error {
	flags := flag.NewFlagSet("bench readme", flag.ContinueOnError)
	document := flags.String("json", "", "the results")
	path := flags.String("readme", "README.md", "the file to refresh")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	results, err := report.Read(*document)
	if err != nil {
		return err
	}
	return results.Readme(*path)
}

func today() string { return time.Now().UTC().Format(time.DateOnly) }

func machine() string {
	return fmt.Sprintf("%s/%s with %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}
