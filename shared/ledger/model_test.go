package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/ledger"
)

// The model: workers deliver overlapping sets of objects, step by step in an order that a seed decides. Before every
// request to the store or the destination a worker may be killed; a request may fail before it has taken effect, or after;
// and time may pass, past leases too. In the end quiet workers come until everything is delivered.
//
// What must hold: an object is written under one batch ID only, and is done only when it was written.

type world struct {
	random  *rand.Rand
	store   *ledger.Memory
	now     time.Time
	written map[string]map[string]bool // batches by object
	turn    chan struct{}
	// delayed are requests that will yet take effect, after their worker has given up on them.
	delayed []func()
	calm    bool
	mutate  mutation
}

// mutation breaks the protocol, to see that the model notices.
type mutation uint8

const (
	none mutation = iota
	noFence
	noMembership
	commitFirst
	ownName
	believes
	overwrites
)

var (
	errKilled = errors.New("killed")
	errLost   = errors.New("the answer was lost")
)

const lease = time.Minute

// worker is one invocation. It meets the store through its own eyes: what it asks for is subject to the world's faults.
type worker struct {
	*world
	ledger.Store
	killed bool
	wake   chan struct{}
	ended  bool
}

// step waits for the worker's turn, and decides what becomes of its request.
func (w *worker) step(effect func()) error {
	w.turn <- struct{}{}
	<-w.wake
	if w.killed {
		return errKilled
	}
	if w.calm {
		effect()
		return nil
	}
	switch w.random.IntN(20) {
	case 0:
		w.killed = true
		return errKilled
	case 1: // never arrives
		return errLost
	case 2: // arrives, and nobody learns of it
		effect()
		return errLost
	case 3: // arrives late
		w.delayed = append(w.delayed, effect)
		return errLost
	}
	effect()
	return nil
}

func (w *worker) Claim(ctx context.Context, c ledger.Claim) (there ledger.Claim, err error) {
	err = w.step(func() { there, _ = w.store.Claim(ctx, c) })
	return there, err
}

// Insert is one request, which has a fate, of many writes, each of which has one of its own.
func (w *worker) Insert(ctx context.Context, claims []ledger.Claim) []bool {
	made := make([]bool, len(claims))
	err := w.step(func() {
		for i, c := range claims {
			made[i] = w.fate(func() bool {
				if w.mutate == overwrites {
					there, _ := w.store.Claim(ctx, c)
					_ = w.store.Release(ctx, there)
				}
				return w.store.Insert(ctx, []ledger.Claim{c})[0]
			})
		}
	})
	if err != nil {
		return make([]bool, len(claims))
	}
	if w.mutate == believes {
		return slices.Repeat([]bool{true}, len(claims))
	}
	return made
}

// fate decides what becomes of one write of several, and says what is known of it.
func (w *worker) fate(write func() bool) bool {
	if w.calm {
		return write()
	}
	switch w.random.IntN(8) {
	case 0: // there is no capacity for it
		return false
	case 1: // done, and the answer says otherwise
		write()
		return false
	case 2: // done late
		w.delayed = append(w.delayed, func() { write() })
		return false
	}
	return write()
}

func (w *worker) TakeOver(ctx context.Context, from, to ledger.Claim) (taken bool, err error) {
	err = w.step(func() { taken, _ = w.store.TakeOver(ctx, from, to) })
	return taken, err
}

func (w *worker) Release(ctx context.Context, c ledger.Claim) error {
	return w.step(func() { _ = w.store.Release(ctx, c) })
}

func (w *worker) Record(ctx context.Context, r ledger.Record, members []string) (there ledger.Record, err error) {
	if w.mutate == noFence && r.State == ledger.Void {
		return r, nil
	}
	err = w.step(func() { there, _ = w.store.Record(ctx, r, members) })
	return there, err
}

func (w *worker) Lookup(ctx context.Context, batch string) (r ledger.Record, err error) {
	err = w.step(func() { r, _ = w.store.Lookup(ctx, batch) })
	return r, err
}

func (w *worker) Members(ctx context.Context, batch string) (m []string, err error) {
	err = w.step(func() { m, _ = w.store.Members(ctx, batch) })
	return m, err
}

func (w *worker) Advance(ctx context.Context, from, to ledger.Record) (there ledger.Record, err error) {
	err = w.step(func() { there, _ = w.store.Advance(ctx, from, to) })
	return there, err
}

func (w *worker) Finish(ctx context.Context, batch string) (first bool, err error) {
	err = w.step(func() { first, _ = w.store.Finish(ctx, batch) })
	return first, err
}

// deliver does what the handler does with a ledger, and returns the objects that may be acknowledged.
func (w *worker) deliver(objects []string) []string {
	ctx := context.Background()
	l := ledger.Ledger{
		Store: w, Lease: lease, Retention: time.Hour, Concurrency: 1,
		ObjectOf: func(member string) string { return member }, Now: func() time.Time { return w.now },
	}
	if w.mutate == noMembership {
		l.ObjectOf = func(string) string { return objects[0] }
	}
	claims := l.Claim(ctx, objects)
	done := claims.Done
	for _, b := range claims.Adopted {
		if w.write(ctx, b) == nil {
			done = append(done, claims.Of[b.ID]...)
		}
	}
	members := claims.Won
	if len(members) > 0 && !w.calm && w.random.IntN(4) == 0 { // an object that cannot be read
		_ = claims.Release(ctx, members[0])
		members = members[1:]
	}
	if len(members) == 0 {
		return done
	}
	b, err := claims.Open(ctx, members, "")
	if err != nil || b == nil {
		return done
	}
	if w.write(ctx, b) == nil {
		done = append(done, members...)
	}
	return done
}

func (w *worker) write(ctx context.Context, b *ledger.Batch) error {
	if w.mutate == commitFirst {
		if _, err := b.Commit(ctx); err != nil {
			return err
		}
	}
	name := b.ID
	if w.mutate == ownName {
		name = fmt.Sprintf("%p", w)
	}
	for n, object := range b.Members {
		if n < b.Written() {
			continue
		}
		err := w.step(func() {
			if w.written[object] == nil {
				w.written[object] = map[string]bool{}
			}
			w.written[object][name] = true
		})
		if err == nil {
			err = b.Wrote(ctx, n+1)
		}
		if err != nil {
			return errors.Join(err, b.HandBack(ctx))
		}
	}
	_, err := b.Commit(ctx)
	return err
}

// run plays one seed, and returns what it found wrong.
func run(seed uint64, mutate mutation) error {
	w := &world{
		random: rand.New(rand.NewPCG(seed, 0)), store: ledger.NewMemory(), now: time.Unix(1_800_000_000, 0),
		written: map[string]map[string]bool{}, turn: make(chan struct{}), mutate: mutate,
	}
	objects := []string{"a", "b", "c", "d", "e"}
	acknowledged := map[string]bool{}
	for round := range 6 {
		w.calm = round == 5
		if w.calm {
			for _, late := range w.delayed {
				late()
			}
			w.now = w.now.Add(10 * lease)
		}
		workers := 1
		if !w.calm {
			workers += w.random.IntN(3)
		}
		if err := w.play(workers, objects, acknowledged); err != nil {
			return err
		}
		w.now = w.now.Add(time.Duration(w.random.Int64N(int64(2 * lease))))
	}
	for range 3 { // leases that were taken in the last round end
		w.now = w.now.Add(10 * lease)
		if err := w.play(1, objects, acknowledged); err != nil {
			return err
		}
	}
	for _, o := range objects {
		if !acknowledged[o] {
			return fmt.Errorf("%s was never delivered", o)
		}
	}
	return nil
}

// play runs some workers to their end, in steps that take turns.
func (w *world) play(n int, objects []string, acknowledged map[string]bool) error {
	var workers []*worker
	acks := make(chan []string, n)
	for range n {
		k := &worker{world: w, wake: make(chan struct{})}
		mine := slices.Clone(objects)
		w.random.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
		if !w.calm {
			mine = mine[:1+w.random.IntN(len(mine))]
		}
		workers = append(workers, k)
		go func() {
			done := k.deliver(mine)
			k.ended = true
			acks <- done
			w.turn <- struct{}{}
		}()
		<-w.turn // it waits for its first turn, or has ended
	}
	for {
		workers = slices.DeleteFunc(workers, func(k *worker) bool { return k.ended })
		if len(workers) == 0 {
			break
		}
		if !w.calm && len(w.delayed) > 0 && w.random.IntN(5) == 0 {
			i := w.random.IntN(len(w.delayed))
			w.delayed[i]()
			w.delayed = slices.Delete(w.delayed, i, i+1)
		}
		if !w.calm && w.random.IntN(30) == 0 {
			w.now = w.now.Add(2 * lease) // somebody is slower than his lease
		}
		workers[w.random.IntN(len(workers))].wake <- struct{}{}
		<-w.turn
	}
	close(acks)
	for done := range acks {
		for _, o := range done {
			acknowledged[o] = true
		}
	}
	for o := range acknowledged {
		if len(w.written[o]) == 0 {
			return fmt.Errorf("%s was acknowledged and never written", o)
		}
	}
	for o, batches := range w.written {
		if len(batches) > 1 {
			return fmt.Errorf("%s was written under %d names", o, len(batches))
		}
	}
	return nil
}

// seeds is enough for every mutation to be noticed several times over.
const seeds = 3000

// TestModel plays many seeds.
func TestModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		if err := run(seed, none); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// TestModelNotices breaks the protocol in each way, and expects the model to find out.
func TestModelNotices(t *testing.T) {
	t.Parallel()
	for name, mutate := range map[string]mutation{
		"no fence before a takeover":         noFence,
		"claims count, and not members":      noMembership,
		"commit before the write":            commitFirst,
		"names that are the attempt's alone": ownName,
		"inserts believed without an answer": believes,
		"inserts of what is there already":   overwrites,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(seeds) {
				if run(seed, mutate) != nil {
					return
				}
			}
			t.Fatal("nothing noticed it")
		})
	}
}

func FuzzModel(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { require.NoError(t, run(seed, none)) })
}
