// Command generate writes generated RUM objects into a folder, each under its key, to look at or to copy into a bucket:
//
//	go run ./tests/generate/cmd/generate -o /tmp/rum -events 20000 -objects 50 -base now
package main

import (
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/rumline/rumline/tests/generate"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var o generate.Options
	flags := flag.NewFlagSet("generate", flag.ExitOnError)
	out := flags.String("o", "", "folder to write to")
	base := flags.String("base", "", `when the traffic ends: RFC 3339, or "now" (default 2026-11-20T12:00:00Z)`)
	poisoned := flags.Bool("poisoned", false, "write the poisoned objects instead of good ones")
	flags.Uint64Var(&o.Seed, "seed", 1, "chooses the traffic")
	flags.IntVar(&o.Events, "events", 100_000, "number of events")
	flags.IntVar(&o.Objects, "objects", 300, "number of objects")
	flags.DurationVar(&o.Span, "span", 3*time.Hour, "how long the traffic lasts")
	flags.StringVar(&o.Prefix, "prefix", "rum/", "begin of every key")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	if *out == "" {
		return errors.New("-o is missing: the folder to write to")
	}
	var err error
	if o.Base, err = parseBase(*base); err != nil {
		return err
	}
	objects := generate.Objects(o)
	if *poisoned {
		objects = poisonedObjects(o)
	}
	return write(*out, objects)
}

func parseBase(s string) (time.Time, error) {
	switch s {
	case "":
		return time.Time{}, nil
	case "now":
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("-base: %w", err)
	}
	return t, nil
}

func poisonedObjects(o generate.Options) iter.Seq[generate.Object] {
	return func(yield func(generate.Object) bool) {
		for _, p := range generate.Poisoned(o) {
			if !yield(p.Object) {
				return
			}
		}
	}
}

func write(folder string, objects iter.Seq[generate.Object]) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	defer func() { _ = root.Close() }() // nothing is written through it any more
	var count, events, bytes int
	for o := range objects {
		if err := root.MkdirAll(filepath.FromSlash(path.Dir(o.Key)), 0o750); err != nil {
			return fmt.Errorf("make a folder for %s: %w", o.Key, err)
		}
		if err := root.WriteFile(filepath.FromSlash(o.Key), o.Body, 0o600); err != nil {
			return fmt.Errorf("write %s: %w", o.Key, err)
		}
		count, events, bytes = count+1, events+len(o.Records), bytes+len(o.Body)
	}
	fmt.Printf("%d events in %d objects of %d bytes in %s\n", events, count, bytes, folder)
	return nil
}
