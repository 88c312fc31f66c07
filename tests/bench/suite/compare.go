package suite

import (
	"context"
	"errors"
	"fmt"

	"github.com/rumline/rumline/tests/bench/report"
	"github.com/rumline/rumline/tests/bench/rig"
)

// Compare has everybody do the jobs in turns, so that what else the machine does hits all alike.
func (s *Suite) Compare(ctx context.Context) (_ []report.Comparison, err error) {
	rigs := map[string]*rig.Rig{}
	defer func() {
		for _, r := range rigs {
			err = errors.Join(err, r.Close())
		}
	}()
	for _, name := range rig.Destinations {
		if rigs[name], err = rig.New(rig.Options{Function: name, Binary: s.binaries[name]}); err != nil {
			return nil, err
		}
	}
	o, err := s.newOthers(ctx)
	if err != nil {
		return nil, err
	}
	if o != nil {
		defer func() { err = errors.Join(err, o.close()) }()
	}
	contests, err := s.contests(o, rigs)
	if err != nil {
		return nil, err
	}
	comparisons := make([]report.Comparison, len(contests))
	for n, c := range contests {
		s.sayf("%s", c.job)
		if comparisons[n], err = s.compare(ctx, c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.job, err)
		}
	}
	return comparisons, nil
}

func (s *Suite) compare(ctx context.Context, c contest) (report.Comparison, error) {
	seconds := make([][]float64, len(c.contenders))
	slower := make([][]float64, len(c.contenders))
	bytes := make([]int64, len(c.contenders))
	for round := range warmUps + s.Rounds {
		for n, one := range c.contenders {
			if ctx.Err() != nil {
				return report.Comparison{}, fmt.Errorf("compare: %w", context.Cause(ctx))
			}
			took, size, err := one.run()
			if err != nil {
				return report.Comparison{}, err
			}
			if bytes[n] = size; round >= warmUps {
				seconds[n] = append(seconds[n], took)
				slower[n] = append(slower[n], took/seconds[0][round-warmUps])
			}
		}
	}
	result := report.Comparison{Job: c.job}
	for n, one := range c.contenders {
		result.Contenders = append(result.Contenders, report.Contender{
			Name: one.name, EventsPerSecond: float64(s.Events) / median(seconds[n]), Slower: median(slower[n]), Bytes: bytes[n],
		})
		s.sayf("  %-40s %8.0f events/s of one core, %.2f× the time", one.name, float64(s.Events)/median(seconds[n]), median(slower[n]))
	}
	return result, nil
}
