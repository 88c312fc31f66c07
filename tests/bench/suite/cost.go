package suite

import (
	"context"
	"fmt"
	"time"

	"github.com/rumline/rumline/shared/cost"
	"github.com/rumline/rumline/tests/bench/rig"
)

// batches are the objects of a batch for each size of cost.Sizes: as many as there can be in a batch, or as fill some chunks.
var batches = map[int]int{1: 1000, 10: 1000, 100: 1000, 1000: 100, 10_000: 10}

// Costs measures what the model of the costs is made of, at all of its sizes. Date and machine are the caller's.
func (s *Suite) Costs(ctx context.Context) (cost.Measured, error) { return s.CostsOf(ctx, cost.Sizes) }

// CostsOf measures some of the sizes.
func (s *Suite) CostsOf(ctx context.Context, sizes []int) (cost.Measured, error) {
	m := cost.Measured{MemoryMB: rig.MemoryMB, S3Milliseconds: int(Network.S3 / time.Millisecond), Destinations: map[string][]cost.Point{}}
	stored, events, err := s.objects(1000, 1)
	if err != nil {
		return m, err
	}
	m.StoredBytesPerEvent = float64(len(stored[0])) / float64(events)
	for _, name := range rig.Destinations {
		for _, perObject := range sizes {
			p := cost.Point{EventsPerObject: perObject}
			if p.One, err = s.batch(ctx, name, perObject, 1); err != nil {
				return m, err
			}
			if p.Many, err = s.batch(ctx, name, perObject, s.atMost(batches[perObject])); err != nil {
				return m, err
			}
			m.Destinations[name] = append(m.Destinations[name], p)
			s.sayf("%-10s %6d events an object: %.3f s for one, %.3f s for %d", name, perObject, p.One.Seconds, p.Many.Seconds, p.Many.Objects)
		}
	}
	return m, nil
}

// batch is the median of the batches of one size.
func (s *Suite) batch(ctx context.Context, name string, perObject, objects int) (cost.Sample, error) {
	bodies, events, err := s.objects(perObject, objects)
	if err != nil {
		return cost.Sample{}, err
	}
	var seconds []float64
	var last rig.Sample
	err = s.use(rig.Options{Function: name, Network: Network}, func(r *rig.Rig) error {
		for round := range warmUps + s.Rounds {
			if ctx.Err() != nil {
				return fmt.Errorf("measure: %w", context.Cause(ctx))
			}
			if last, err = deliver(r, bodies, events); err != nil {
				return err
			}
			if round >= warmUps {
				seconds = append(seconds, last.Wall.Seconds())
			}
		}
		return nil
	})
	if err != nil {
		return cost.Sample{}, fmt.Errorf("%s with %d objects of %d events: %w", name, objects, perObject, err)
	}
	c := last.Cloud
	return cost.Sample{
		Objects: objects, Seconds: median(seconds), Gets: float64(c.Gets + c.Heads), Puts: float64(c.Puts),
		Writes: float64(c.Writes), Reads: float64(c.Reads), LogBytes: float64(last.LogBytes),
	}, nil
}
