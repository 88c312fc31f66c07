// Package suite is the benchmarks themselves: what is run, how often, in which order, and what of it is told.
package suite

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/rig"
)

// Options say how much is run.
type Options struct {
	// Events is how many a run of a comparison has.
	Events int
	// Rounds is how many runs a figure is the median of, after two that do not count.
	Rounds int
	// Peers says whether the functions are compared with others. They are fetched.
	Peers bool
	// MostObjects bounds the objects of a batch; 0 leaves them as they are.
	MostObjects int
	// LargeBytes is the size of the large object, compressed.
	LargeBytes int
	// Dir is a folder for what lives as long as the run. It is the caller's.
	Dir string
	// Log takes what is being done.
	Log io.Writer
}

// Suite is what the benchmarks run on.
type Suite struct {
	Options

	binaries map[string]string
	load     *load.Load
	// whole is all events in one object, and paths the files that the peers read, by encoding.
	whole map[load.Encoding][]byte
	paths map[load.Encoding]string
}

// New builds the functions and makes the events.
func New(ctx context.Context, o Options) (*Suite, error) {
	s := &Suite{Options: o, whole: map[load.Encoding][]byte{}, paths: map[load.Encoding]string{}}
	s.sayf("building the functions and making %d events", o.Events)
	var err error
	if s.binaries, err = rig.Build(ctx, filepath.Join(o.Dir, "functions")); err != nil {
		return nil, err
	}
	if s.load, err = load.New(o.Events); err != nil {
		return nil, err
	}
	for _, encoding := range []load.Encoding{load.Gzip, load.Zstd} {
		objects, err := s.load.Objects(o.Events, encoding)
		if err != nil {
			return nil, err
		}
		s.whole[encoding] = objects[0]
		s.paths[encoding] = filepath.Join(o.Dir, "events.ndjson."+string(encoding))
		if err := os.WriteFile(s.paths[encoding], objects[0], 0o600); err != nil {
			return nil, fmt.Errorf("keep the events: %w", err)
		}
	}
	return s, nil
}

// atMost bounds a batch.
func (s *Suite) atMost(objects int) int {
	if s.MostObjects > 0 {
		return min(objects, s.MostObjects)
	}
	return objects
}

func (s *Suite) sayf(format string, args ...any) { fmt.Fprintf(s.Log, format+"\n", args...) }

// median of the values; there is at least one.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// use runs something with a new rig.
func (s *Suite) use(o rig.Options, run func(*rig.Rig) error) error {
	o.Binary = s.binaries[o.Function]
	r, err := rig.New(o)
	if err != nil {
		return err
	}
	err = run(r)
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	return err
}
