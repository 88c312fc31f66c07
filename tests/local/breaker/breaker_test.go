// Package breaker_test runs the circuit breaker's state machine, as it is deployed but with short waits, on the local AWS:
// against a real event source mapping and a function that is as well as the test says.
package breaker_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/frontdoor"
	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
	"github.com/rumline/rumline/tests/local/localaws"
)

var (
	stack *localaws.AWS
	door  = &watch{}
)

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests wait for most of their time. So more of them run at once than there are processors.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	cache, err := os.MkdirTemp("", "breaker-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(cache)
	var log io.Writer
	if testing.Verbose() {
		log = os.Stderr
	}
	ctx := context.Background()
	stack, err = localaws.Start(ctx, localaws.Options{
		CacheDir: cache, Log: log, Middleware: []frontdoor.Middleware{door.middleware},
		Host: lambdahost.Options{InitTimeout: patient}, // the machine may be busy building
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := stack.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func TestOutage(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	machine := create(t, settings{})
	execution := machine.start(t, d.input())

	d.probed(t, unhealthy) // the first: the mapping is stopped by then
	assert.Equal(t, "off", d.now(t))
	for range 3 {
		d.probed(t, unhealthy)
		assert.Equal(t, "off", d.now(t))
	}
	d.probed(t, healthy)
	d.probed(t, healthy) // half open
	assert.Equal(t, "on, at most 2", d.now(t))
	execution.ends(t, "SUCCEEDED")

	assert.Equal(t, []string{"off", "on, at most 2", "on, at most 4"}, d.changes())
	reported := d.reported()
	assert.Zero(t, reported[len(reported)-1])
	assert.Equal(t, []float64{1, 0}, slices.Compact(reported), "1 while it is open, 0 at the end: %v", reported)
	assert.GreaterOrEqual(t, len(reported), 7, "with each probe")
}

func TestProbe(t *testing.T) {
	t.Parallel()
	tests := map[string]lambdahosttest.Reply{
		"a function error":             unhealthy,
		"a crash":                      {Do: "exit"},
		"a panic":                      {Do: "panic", Body: "no"},
		"nothing in time":              {Do: "hang"},
		"an answer from another build": {Body: `{"batchItemFailures":[]}`},
		"not well, politely":           {Body: `{"healthy":false}`},
		"no object":                    {Body: `null`},
	}
	for name, reply := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deploy(t)
			var s settings
			if reply.Do == "hang" {
				s.probeTimeout = 5
			}
			execution := create(t, s).start(t, d.input())
			d.probed(t, reply)
			d.probed(t, healthy)
			d.probed(t, reply) // half open
			d.probed(t, healthy)
			d.probed(t, healthy)
			execution.ends(t, "SUCCEEDED")
			assert.Equal(t, []string{"off", "on, at most 2", "off", "on, at most 2", "on, at most 4"}, d.changes())
		})
	}
}

func TestGivesUp(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	machine := create(t, settings{maxOpen: 4})
	execution := machine.start(t, d.input())
	d.always(unhealthy)
	failed := execution.ends(t, "FAILED")
	assert.Equal(t, "BreakerGaveUp", failed.err)

	assert.Equal(t, []string{"off", "on, at most 4"}, d.changes())
	reported := d.reported()
	assert.Zero(t, reported[len(reported)-1])

	// The execution that arms it again is started before anybody is told.
	require.Len(t, machine.executions(t), 2)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		require.Equal(c, []string{"DisableRule", "EnableRule"}, d.ruleChanges())
	}, patient, tick)
}

// A destination that is well for a moment at a time does not keep the breaker from giving up.
func TestGivesUpOnFlapping(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	execution := create(t, settings{maxOpen: 4}).start(t, d.input())
	var n atomic.Int32
	d.answer(func() lambdahosttest.Reply {
		if n.Add(1)%2 == 1 {
			return healthy
		}
		return unhealthy
	})
	assert.Equal(t, "BreakerGaveUp", execution.ends(t, "FAILED").err)
	changes := d.changes()
	assert.Equal(t, []string{"off", "on, at most 2", "off"}, changes[:3])
	assert.Equal(t, "on, at most 4", changes[len(changes)-1])
}

// The input of an execution that was aborted arrives as a string, and once more wrapped if its successor was aborted too.
func TestTakesOver(t *testing.T) {
	t.Parallel()
	for name, wraps := range map[string]int{"from the first": 1, "from its successor": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deploy(t)
			machine := create(t, settings{})
			first := machine.start(t, d.input())
			d.probed(t, unhealthy)
			first.stop(t)
			require.Equal(t, "off", d.now(t))

			input := d.input()
			for range wraps {
				input = encode(t, input)
			}
			second := machine.start(t, input)
			d.probed(t, healthy)
			second.ends(t, "SUCCEEDED")
			assert.Equal(t, []string{"off", "on, at most 2", "on, at most 4"}, d.changes())
		})
	}
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	machine := create(t, settings{})
	var down atomic.Bool
	down.Store(true)
	seen := make(chan struct{}, 1000)
	d.answer(func() lambdahosttest.Reply {
		seen <- struct{}{}
		if down.Load() {
			return unhealthy
		}
		return healthy
	})
	executions := []execution{machine.start(t, d.input()), machine.start(t, d.input())}
	for range 4 {
		next(t, seen)
	}
	down.Store(false)
	for _, e := range executions {
		e.ends(t, "SUCCEEDED")
	}
	assert.Equal(t, "on, at most 4", d.now(t))
}

// Whatever goes wrong, the messages flow in the end.
func TestFailsSafe(t *testing.T) {
	t.Parallel()
	t.Run("the mapping cannot be stopped", func(t *testing.T) {
		t.Parallel()
		d := deploy(t)
		door.refuse(t, func(c call) bool { return c.about == d.mapping && c.does == "off" })
		assert.Equal(t, "BreakerBroke", create(t, settings{}).start(t, d.input()).ends(t, "FAILED").err)
		assert.Equal(t, "on, at most 4", d.now(t))
	})
	t.Run("it cannot be half opened", func(t *testing.T) {
		t.Parallel()
		d := deploy(t)
		door.refuse(t, func(c call) bool { return c.about == d.mapping && c.does == "on, at most 2" })
		d.always(healthy)
		assert.Equal(t, "BreakerBroke", create(t, settings{}).start(t, d.input()).ends(t, "FAILED").err)
		assert.Equal(t, "on, at most 4", d.now(t))
	})
	t.Run("Lambda comes back late", func(t *testing.T) {
		t.Parallel()
		d := deploy(t)
		var refusals atomic.Int32
		door.refuse(t, func(c call) bool { return c.about == d.mapping && c.does == "on, at most 4" && refusals.Add(1) <= 2 })
		d.always(healthy)
		create(t, settings{}).start(t, d.input()).ends(t, "SUCCEEDED")
		assert.Equal(t, "on, at most 4", d.now(t))
	})
	t.Run("no metrics", func(t *testing.T) {
		t.Parallel()
		d := deploy(t)
		door.refuse(t, func(c call) bool { return c.about == d.name && c.does == "report" })
		d.always(healthy)
		create(t, settings{}).start(t, d.input()).ends(t, "SUCCEEDED")
		assert.Equal(t, []string{"off", "on, at most 2", "on, at most 4"}, d.changes())
	})
	t.Run("it cannot be disarmed", func(t *testing.T) {
		t.Parallel()
		d := deploy(t)
		door.refuse(t, func(c call) bool { return c.about == d.name && c.does == "DisableRule" })
		d.always(unhealthy)
		assert.Equal(t, "BreakerBroke", create(t, settings{maxOpen: 2}).start(t, d.input()).ends(t, "FAILED").err)
		assert.Equal(t, "on, at most 4", d.now(t))
	})
}

// patient is for what must happen some time; nothing is measured against it.
const (
	patient = 2 * time.Minute
	tick    = 50 * time.Millisecond
)

var (
	healthy   = lambdahosttest.Reply{Body: `{"healthy":true}`}
	unhealthy = lambdahosttest.Reply{Do: "error", Body: "destination_unavailable: connection refused"}
)

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patient):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// watch is a middleware that remembers what the breaker does, and refuses what a test wants refused.
type watch struct {
	mu       sync.Mutex
	seen     []call
	refusals []func(call) bool
}

func (w *watch) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		c, ok := read(r)
		if !ok {
			next.ServeHTTP(out, r)
			return
		}
		w.mu.Lock()
		refused := slices.ContainsFunc(w.refusals, func(f func(call) bool) bool { return f(c) })
		if !refused {
			w.seen = append(w.seen, c)
		}
		w.mu.Unlock()
		if refused {
			http.Error(out, `{"message":"not today"}`, http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(out, r)
	})
}

func (w *watch) refuse(t *testing.T, f func(call) bool) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refusals = append(w.refusals, f)
}

func (w *watch) about(names ...string) []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []call
	for _, c := range w.seen {
		if slices.Contains(names, c.about) {
			found = append(found, c)
		}
	}
	return found
}
