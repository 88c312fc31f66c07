// Package faults puts the local stack under fire: the deployed pipeline, with its real processes, takes objects while
// calls fail, processes are killed and messages come twice. Then it is left in peace, and every event has to be at every
// destination, once.
//
// A seed decides what goes wrong: a schedule says with which call of which function, counted from the beginning of the
// round, which fault comes. The same seed gives the same schedule. It does not give the same run: several processes work
// at the same time, so that the third call of an operation is not the same object's each time.
package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/tests/generate"
	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/local/frontdoor"
	"github.com/rumline/rumline/tests/roundtrip"
)

// Options configure Run.
type Options struct {
	// Seed is that of the first round; each further round has the next one. So round 7 of seed 1 is round 1 of seed 7,
	// but for what lies in the destinations already.
	Seed   uint64
	Rounds int
	// Appointments is how many faults are drawn for a round; about half of them come to pass.
	Appointments int
	// Events and Objects are the size of a round's load.
	Events, Objects int
	// ArtifactsDir has the functions' zips, for this machine's processor.
	ArtifactsDir string
	// Out is for the person who watches, Log for everything else. Nil drops it.
	Out, Log io.Writer
}

// ErrNotExact is the error of a run after which an event was not exactly once where it belongs.
var ErrNotExact = errors.New("not every event is exactly once in every destination")

// Run starts a stack, puts it under fire round by round, and stops it. The error is ErrNotExact when an event was lost,
// duplicated or changed; the report says so in detail, and what was done to the stack.
func Run(ctx context.Context, o Options) (_ *Report, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	show := newScreen(o.Out)
	f := &fire{
		ctx: ctx, sent: roundtrip.NewSent(), notices: newNotices(), clocks: clocks{bySession: map[string]time.Duration{}}, ghosts: map[string]map[string]int{}, refused: map[string][]generate.Rejection{}, byName: map[string]string{},
		show: show, log: o.Log,
	}
	if f.log == nil {
		f.log = io.Discard
	}
	f.injector = newInjector(func(a Appointment) { fmt.Fprintf(f.log, "[faults] %s\n", a) })
	f.breaker = &breaker{kill: f.kill, delays: usualDelays}
	f.stack, err = local.Start(ctx, local.Options{Log: o.Log, Step: show.step, Middleware: []frontdoor.Middleware{f.middleware}})
	if err != nil {
		return nil, err
	}
	defer func() {
		f.injector.disarm()
		cancel()
		f.tasks.Wait()
		f.breaker.wait()
		show.step("stopping everything and removing its files")
		err = errors.Join(err, f.close(), f.stack.Stop(context.WithoutCancel(ctx)))
	}()
	if err := f.deploy(ctx, o.ArtifactsDir); err != nil {
		return nil, err
	}
	report, err := f.rounds(ctx, o)
	show.report(report)
	if !report.Exact() {
		err = errors.Join(ErrNotExact, err)
	}
	return report, err
}

// fire is a run.
type fire struct {
	ctx        context.Context //nolint:containedctx // of the run: faults outlive the calls that they happen to
	stack      *local.Stack
	deployment *local.Deployment
	proxy      *proxy
	injector   *injector
	breaker    *breaker
	notices    *notices
	clocks     clocks
	sent       *roundtrip.Sent
	refused    map[string][]generate.Rejection // what has to be in quarantine, by the object's key
	quarantine quarantine.Config
	ledger     string                    // the table
	ghosts     map[string]map[string]int // how often each was found in which destination's dead-letter queue
	show       *screen
	log        io.Writer
	tasks      tasks // what faults do behind the callers' backs

	objects   *s3.Client
	queues    *sqs.Client
	functions *lambda.Client
	tables    *dynamodb.Client

	mu      sync.Mutex
	byName  map[string]string           // destinations, by their function's and queue's name
	failed  error                       // of the harness
	results map[string]roundtrip.Result // of all that was ever sent, after the round before
}

// rounds returns a report of the rounds that came to their end, whatever ended the run.
func (f *fire) rounds(ctx context.Context, o Options) (report *Report, err error) {
	report = &Report{}
	defer func() { report.Faults = f.injector.done() }()
	for n := range o.Rounds {
		round, err := f.round(ctx, o.Seed+uint64(n), o)
		if err != nil {
			return report, fmt.Errorf("round of seed %d: %w", o.Seed+uint64(n), errors.Join(err, f.failure()))
		}
		report.Rounds = append(report.Rounds, round)
		f.show.round(round)
	}
	return report, nil
}

// deploy applies Terraform, and then shortens what would take minutes.
func (f *fire) deploy(ctx context.Context, artifactsDir string) (err error) {
	if f.deployment, err = f.stack.Deploy(ctx, artifactsDir); err != nil {
		return err
	}
	clients, err := f.stack.Config(ctx)
	if err != nil {
		return err
	}
	f.objects = s3.NewFromConfig(clients, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true })
	f.queues, f.functions = sqs.NewFromConfig(clients), lambda.NewFromConfig(clients)
	f.tables = dynamodb.NewFromConfig(clients)
	if f.proxy, err = newProxy(ctx, f, f.stack.ClickHouse); err != nil {
		return err
	}
	if err := f.pointToProxy(ctx, secretsmanager.NewFromConfig(clients)); err != nil {
		return err
	}
	for name, d := range f.deployment.Destinations {
		if err := f.hasten(ctx, name); err != nil {
			return err
		}
		f.mu.Lock()
		f.byName[d.FunctionName] = name
		f.mu.Unlock()
	}
	// A receive that waits for a message since before gives it the visibility timeout of before, which is minutes.
	pause(ctx, receivesEnd)
	return nil
}

// receivesEnd is when every receive that is under way has ended: the pollers wait for a second, and the emulator takes
// its time.
const receivesEnd = 4 * time.Second

// functionOf is the name of a destination's function.
func (f *fire) functionOf(destination string) string {
	return f.deployment.Destinations[destination].FunctionName
}

// kill ends the process that made a call, or all of its function where nobody knows which it was.
func (f *fire) kill(c caller, all bool) {
	host := f.stack.AWS.Host()
	if all || c.session == "" {
		host.Kill(c.app)
		return
	}
	host.KillSession(c.session)
}

// check keeps what went wrong with the harness itself, but for its end.
func (f *fire) check(err error) {
	if err == nil || f.ctx.Err() != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = errors.Join(f.failed, err)
}

func (f *fire) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

func (f *fire) close() error {
	if f.proxy == nil {
		return nil
	}
	return f.proxy.close()
}

// connect opens a connection to ClickHouse past the proxy.
func (f *fire) connect() (clickhouse.Conn, error) {
	options, err := clickhouse.ParseDSN(f.stack.ClickHouse.DSN())
	if err != nil {
		return nil, fmt.Errorf("read the DSN of ClickHouse: %w", err)
	}
	conn, err := clickhouse.Open(options)
	return conn, errorf(err, "open ClickHouse")
}
