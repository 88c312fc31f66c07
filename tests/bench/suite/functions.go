package suite

import (
	"context"
	"fmt"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/report"
	"github.com/rumline/rumline/tests/bench/rig"
)

// Functions measures the binaries: cold start, size, and peak memory with large objects.
func (s *Suite) Functions(ctx context.Context) ([]report.Function, error) {
	var functions []report.Function
	for _, name := range rig.Destinations {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("measure: %w", context.Cause(ctx))
		}
		f, err := s.function(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		functions = append(functions, f)
		s.sayf("%-10s cold start %.0f ms, zip %.1f MB, peak %d MiB with an object of %d MB, then %d MiB", name, f.ColdMilliseconds,
			float64(f.ZipBytes)/1e6, f.PeakRSS>>20, f.LargeBytes/1_000_000, f.PeakRSSAgain>>20)
	}
	return functions, nil
}

func (s *Suite) function(name string) (report.Function, error) {
	f := report.Function{Name: name}
	zip, err := rig.Zip(s.binaries[name])
	if err != nil {
		return f, fmt.Errorf("measure the zip: %w", err)
	}
	f.ZipBytes = len(zip)
	if f.ColdMilliseconds, err = s.coldStart(name); err != nil {
		return f, err
	}
	// One piece behind the other is one gzip file.
	piece := s.whole[load.Gzip]
	var large []byte
	events := 0
	for len(large) < s.LargeBytes {
		large = append(large, piece...)
		events += s.Events
	}
	f.LargeBytes = len(large)
	err = s.use(rig.Options{Function: name}, func(r *rig.Rig) error {
		for _, peak := range []*int64{&f.PeakRSS, &f.PeakRSSAgain} {
			got, err := deliver(r, [][]byte{large}, events)
			if err != nil {
				return err
			}
			*peak = got.PeakRSS
		}
		return nil
	})
	return f, err
}

// coldStart is the median of the first starts of new processes, in milliseconds.
func (s *Suite) coldStart(name string) (float64, error) {
	one, err := s.load.Objects(1, load.Gzip)
	if err != nil {
		return 0, fmt.Errorf("make an object: %w", err)
	}
	var starts []float64
	for range s.Rounds {
		err := s.use(rig.Options{Function: name}, func(r *rig.Rig) error {
			got, err := deliver(r, one[:1], 1)
			starts = append(starts, got.Init.Seconds()*1000)
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return median(starts), nil
}
