package suite

import (
	"context"
	"fmt"
	"time"

	"github.com/rumline/rumline/tests/bench/cloud"
	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/report"
	"github.com/rumline/rumline/tests/bench/rig"
)

// Network is what the services answer like: S3 takes the time that its first byte usually takes, DynamoDB a write's.
var Network = cloud.Network{S3: 20 * time.Millisecond, DynamoDB: 5 * time.Millisecond}

// sizes are the objects and batches that are measured, up to the events of the suite.
var sizes = []struct{ perObject, objects int }{
	{1, 10},
	{1, 100},
	{1, 1000},
	{1, 10_000},
	{10, 1000},
	{100, 500},
	{1000, 50},
	{10_000, 5},
	{100_000, 1},
}

// enough is how long a point is measured at most; at least once.
const enough = 8 * time.Second

// warmUps are the batches that do not count, if there is time for that: a function's memory grows with its first ones, and it then
// serves some thousands.
const warmUps = 2

// Scale measures the functions on objects and batches of many sizes, with services that take their time.
func (s *Suite) Scale(ctx context.Context) ([]report.Point, error) {
	var points []report.Point
	for _, name := range rig.Destinations {
		for _, size := range sizes {
			if size.perObject*size.objects > s.largest() || s.atMost(size.objects) < size.objects {
				continue
			}
			p, err := s.point(ctx, name, size.perObject, size.objects)
			if err != nil {
				return nil, fmt.Errorf("%s with %d objects of %d events: %w", name, size.objects, size.perObject, err)
			}
			points = append(points, p)
			s.sayf("%-10s %6d objects of %6d events: %8.0f events/s, %8.0f of one core", name, p.Objects, p.EventsPerObject, p.EventsPerSecond, p.PerCPUSecond)
		}
	}
	return points, nil
}

// largest is the most events of a batch.
func (s *Suite) largest() int { return 2 * s.Events }

func (s *Suite) point(ctx context.Context, name string, perObject, objects int) (report.Point, error) {
	bodies, events, err := s.objects(perObject, objects)
	if err != nil {
		return report.Point{}, err
	}
	var wall, cpu []float64
	var last rig.Sample
	err = s.use(rig.Options{Function: name, Network: Network}, func(r *rig.Rig) error {
		begin := time.Now()
		for round := range warmUps + s.Rounds {
			if ctx.Err() != nil {
				return fmt.Errorf("measure: %w", context.Cause(ctx))
			}
			got, err := deliver(r, bodies, events)
			if err != nil {
				return err
			}
			over := time.Since(begin) > enough
			if round >= warmUps || over {
				wall, cpu = append(wall, got.Wall.Seconds()), append(cpu, got.CPU.Seconds())
			}
			if last = got; over {
				break
			}
		}
		return nil
	})
	if err != nil {
		return report.Point{}, err
	}
	per1000 := func(n int64) float64 { return float64(n) * 1000 / float64(objects) }
	return report.Point{
		Function: name, EventsPerObject: perObject, Objects: objects,
		EventsPerSecond: float64(events) / median(wall), PerCPUSecond: float64(events) / median(cpu),
		S3Requests:       per1000(last.Cloud.Gets + last.Cloud.Heads + last.Cloud.Puts),
		DynamoDBRequests: per1000(last.Cloud.Requests), DynamoDBUnits: per1000(last.Cloud.Writes + last.Cloud.Reads),
		PeakRSS: last.PeakRSS,
	}, nil
}

// objects are so many of so many events, the same again where the suite has not as many, and how many events they have.
func (s *Suite) objects(perObject, objects int) (bodies [][]byte, events int, err error) {
	if perObject > s.Events { // one piece behind the other is one gzip file
		for ; events < perObject; events += s.Events {
			bodies = append(bodies, s.whole[load.Gzip])
		}
		return [][]byte{join(bodies)}, events, nil
	}
	different, err := s.load.Objects(perObject, load.Gzip)
	if err != nil {
		return nil, 0, fmt.Errorf("make objects: %w", err)
	}
	different = different[:s.Events/perObject] // whole ones
	for n := range objects {
		bodies = append(bodies, different[n%len(different)])
	}
	return bodies, objects * perObject, nil
}

func join(pieces [][]byte) []byte {
	var all []byte
	for _, p := range pieces {
		all = append(all, p...)
	}
	return all
}

// deliver makes sure that all events arrived.
func deliver(r *rig.Rig, bodies [][]byte, events int) (rig.Sample, error) {
	got, err := r.Deliver(bodies)
	if err == nil && got.Events != events {
		err = fmt.Errorf("%d of %d events arrived", got.Events, events)
	}
	if got.CPU == 0 {
		got.CPU = got.Wall // where the system does not tell
	}
	return got, err
}
