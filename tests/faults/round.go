package faults

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rumline/rumline/tests/generate"
	"github.com/rumline/rumline/tests/roundtrip"
)

// underFire is how long a round's faults last at most. What has not come by then does not come.
const underFire = 25 * time.Second

// round puts a load while the schedule is under way, then waits in peace until all is delivered, and compares.
func (f *fire) round(ctx context.Context, seed uint64, o Options) (Round, error) {
	begin := time.Now()
	destinations := make([]string, 0, len(f.deployment.Destinations))
	for name := range f.deployment.Destinations {
		destinations = append(destinations, name)
	}
	s := NewSchedule(seed, o.Appointments, destinations)
	load, refused := newLoad(s, o)
	maps.Copy(f.refused, refused)
	r := Round{Seed: seed, Appointments: len(s.Appointments), Objects: len(load.Objects), Events: load.Events}
	before := f.injector.done()
	f.show.step(fmt.Sprintf("seed %d: %d events in %d objects, %d faults drawn", seed, load.Events, len(load.Objects), len(s.Appointments)))

	if err := f.deliverOld(ctx, s); err != nil {
		return r, err
	}
	f.injector.arm(s)
	if err := f.sendGhosts(ctx, s); err != nil {
		return r, err
	}
	if err := load.Put(ctx, f.objects, f.deployment.RawBucket, f.sent); err != nil {
		return r, err
	}
	burning, stop := context.WithTimeout(ctx, underFire)
	defer stop()
	if err := f.stack.Drain(burning, f.deployment, patience); err != nil && burning.Err() == nil {
		return r, err
	}
	f.injector.disarm()
	if err := f.deliverRest(ctx); err != nil {
		return r, err
	}
	f.progress("the fire is over", begin)
	f.breaker.wait()
	f.tasks.Wait() // ClickHouse is up again
	if err := f.failure(); err != nil {
		return r, err
	}
	var err error
	if r.Replayed, err = f.settle(ctx); err != nil {
		return r, err
	}
	f.progress("settled", begin)
	pause(ctx, FunctionTimeout) // whoever still works on what another has delivered has been cut off by then
	r.Faults = sum(f.injector.done()) - sum(before)
	r.Calls = f.injector.calls()
	if err := f.compare(ctx, &r); err != nil {
		return r, err
	}
	f.progress("compared", begin)
	r.Took = time.Since(begin)
	return r, ctx.Err() //nolint:wrapcheck // the caller's own
}

// progress notes how far a round has come.
func (f *fire) progress(what string, begin time.Time) {
	fmt.Fprintf(f.log, "[faults] %s after %.1f s\n", what, time.Since(begin).Seconds())
}

// deliverOld sends notifications of rounds before again.
func (f *fire) deliverOld(ctx context.Context, s *Schedule) error {
	for _, name := range f.names() {
		old := f.notices.some(name, s.FromBefore, s.dice)
		if err := f.send(ctx, f.deployment.Destinations[name].QueueURL, old); err != nil {
			return err
		}
		for range old {
			f.injector.did(DuplicatedRounds)
		}
	}
	return nil
}

// deliverRest sends what was to be delivered again later than the round lasts.
func (f *fire) deliverRest(ctx context.Context) error {
	for _, name := range f.names() {
		if err := f.send(ctx, f.deployment.Destinations[name].QueueURL, f.notices.rest(name)); err != nil {
			return err
		}
	}
	return nil
}

// compare reads everything back. What was wrong before the round is not counted again.
func (f *fire) compare(ctx context.Context, r *Round) error {
	conn, err := f.connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	r.Results = map[string]roundtrip.Result{}
	now := map[string]roundtrip.Result{}
	for _, store := range roundtrip.Stores(conn, f.output("parquet"), f.output("json")) {
		result, err := store.Compare(ctx, f.sent)
		if err != nil {
			return err
		}
		now[store.Name] = *result
	}
	refused, err := f.compareQuarantine(ctx)
	if err != nil {
		return err
	}
	for name, result := range refused {
		now["quarantine of "+name] = result
	}
	for name, result := range now {
		r.Results[name] = since(f.results[name], result)
	}
	f.results = now
	if r.Rollup, err = compareRollup(ctx, conn); err != nil {
		return err
	}
	r.Unacknowledged = f.missingGhosts()
	return nil
}

// since is what has become worse from one comparison to the next, which are both of all that was ever sent.
func since(before, now roundtrip.Result) roundtrip.Result {
	r := roundtrip.Result{
		Events: now.Events - before.Events, Missing: now.Missing - before.Missing, Unexpected: now.Unexpected - before.Unexpected,
		Duplicated: now.Duplicated - before.Duplicated, Different: now.Different - before.Different,
	}
	if !r.Exact() {
		r.Examples = now.Examples
	}
	return r
}

func (f *fire) output(destination string) roundtrip.Objects {
	o := f.deployment.Outputs[destination]
	return roundtrip.Objects{Client: f.objects, Bucket: o.Bucket, Prefix: o.Prefix}
}

func (f *fire) names() []string {
	var names []string
	for name := range f.deployment.Destinations {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// poisons is how many objects of a round have something bad in them.
const poisons = 4

// newLoad makes the objects of a round: mixed forms and sizes, and some that are poisoned, with what has to be refused of
// them.
func newLoad(s *Schedule, o Options) (roundtrip.Load, map[string][]generate.Rejection) {
	made := generate.Options{Seed: s.Seed, Events: o.Events, Objects: o.Objects, Prefix: fmt.Sprintf("rum/seed-%d/", s.Seed)}
	objects := slices.Collect(generate.Objects(made))
	bad := generate.Poisoned(made)
	refused := map[string][]generate.Rejection{}
	for _, i := range s.dice.Perm(len(bad))[:min(poisons, len(bad))] {
		objects = append(objects, bad[i].Object)
		refused[bad[i].Key] = bad[i].Rejected
	}
	load := roundtrip.Load{Objects: objects}
	for _, object := range objects {
		load.Events += len(object.Records)
		load.Bytes += int64(len(object.Body))
	}
	return load, refused
}
