package suite

import (
	"context"

	"github.com/rumline/rumline/tests/bench/report"
)

// Run runs everything and holds it against the targets.
func (s *Suite) Run(ctx context.Context) (report.Results, error) {
	r := report.Results{Events: s.Events, Rounds: s.Rounds}
	var err error
	if r.Functions, err = s.Functions(ctx); err != nil {
		return r, err
	}
	if r.Scaling, err = s.Scale(ctx); err != nil {
		return r, err
	}
	if r.Comparisons, err = s.Compare(ctx); err != nil {
		return r, err
	}
	r.Targets, err = s.targets(ctx, r)
	return r, err
}
