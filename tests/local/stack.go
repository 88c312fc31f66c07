// Package local is the whole of Rumline on one machine: AWS from an emulator, the functions as real Lambda processes,
// a ClickHouse, and the Terraform that goes to production applied to it all. The demo, `task local` and the end-to-end
// tests run on it.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/functions/clickhouse/migrations"
	chserver "github.com/rumline/rumline/tests/local/clickhouse"
	"github.com/rumline/rumline/tests/local/eventbridge"
	"github.com/rumline/rumline/tests/local/frontdoor"
	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/localaws"
	"github.com/rumline/rumline/tests/local/provision"
	"github.com/rumline/rumline/tests/local/slack"
)

// Options configure Start.
type Options struct {
	// Log takes what all parts print; nil drops it.
	Log io.Writer
	// Step is called with what is being done, for a person who waits; nil is silence.
	Step func(string)
	// AWSAddress is where AWS listens; empty means a free port of 127.0.0.1.
	AWSAddress string
	// Alarms has the alarms evaluated, and the events of state machines passed on, all the time, as AWS does. Without it
	// that is done when Evaluate is called.
	Alarms bool
	// OnSlack is called with each message that is posted to the stack's Slack.
	OnSlack func(slack.Message)
	// OnEvent is called with each event that alarms and executions put on the bus, before the rules see it.
	OnEvent func(eventbridge.Event)
	// OnLine and OnReport are those of the Lambda host.
	OnLine   func(lambdahost.Line)
	OnReport func(lambdahost.Report)
	// Middleware sees every call to AWS.
	Middleware []frontdoor.Middleware
}

// Stack is the running parts, without anything deployed to them.
type Stack struct {
	AWS        *localaws.AWS
	ClickHouse *chserver.Server
	// Dir holds all files of the stack. Stop removes it.
	Dir      string
	CacheDir string
	slack    *slack.Slack
	step     func(string)
	log      io.Writer

	// monitoring is there once AWS is: before that there is nothing to monitor.
	monitoring atomic.Pointer[monitoring]
	engine     sync.Mutex // ClickHouse is killed and restarted by one at a time
}

// Start starts AWS and a ClickHouse that has the schema. The context bounds the start.
func Start(ctx context.Context, o Options) (_ *Stack, err error) {
	s := &Stack{step: o.Step, log: &sharedLog{w: o.Log}}
	if s.step == nil {
		s.step = func(string) {}
	}
	if s.CacheDir, err = provision.CacheDir(); err != nil {
		return nil, fmt.Errorf("find the cache: %w", err)
	}
	if s.Dir, err = os.MkdirTemp("", "rumline-"); err != nil {
		return nil, fmt.Errorf("make the stack's folder: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if s.slack, err = slack.Start(ctx, func(m slack.Message) {
		fmt.Fprintf(s.log, "slack: %s\n", m.Text)
		if o.OnSlack != nil {
			o.OnSlack(m)
		}
	}); err != nil {
		return nil, fmt.Errorf("start the local stack: %w", err)
	}
	s.step("starting AWS (emulated) and ClickHouse")
	group, starting := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		s.AWS, err = localaws.Start(starting, localaws.Options{
			CacheDir: s.CacheDir, Address: o.AWSAddress, Log: s.log, Middleware: o.Middleware,
			Host: s.observed(o),
		})
		return err
	})
	group.Go(func() (err error) {
		s.ClickHouse, err = chserver.Start(starting, chserver.Options{
			Dir: filepath.Join(s.Dir, "clickhouse"), CacheDir: s.CacheDir, Log: s.log,
		})
		if err != nil {
			return err
		}
		return s.migrate(starting)
	})
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("start the local stack: %w", err)
	}
	clients, err := s.Config(ctx)
	if err != nil {
		return nil, err
	}
	m := newMonitoring(clients, s.AWS.Host(), o.OnEvent, s.log) //nolint:contextcheck // it outlives the start
	s.monitoring.Store(m)
	if o.Alarms {
		m.watch() //nolint:contextcheck // likewise
	}
	return s, nil
}

// observed has the functions' output and reports taken by the monitoring, and then by whoever else wants them.
func (s *Stack) observed(o Options) lambdahost.Options {
	return lambdahost.Options{
		OnLine: func(l lambdahost.Line) {
			if m := s.monitoring.Load(); m != nil {
				m.cloud.Line(l)
			}
			if o.OnLine != nil {
				o.OnLine(l)
			}
		},
		OnReport: func(r lambdahost.Report) {
			if m := s.monitoring.Load(); m != nil {
				m.cloud.Report(r)
			}
			if o.OnReport != nil {
				o.OnReport(r)
			}
		},
		OnThrottle: func(function string) {
			if m := s.monitoring.Load(); m != nil {
				m.cloud.Throttled(function)
			}
		},
	}
}

// Slack has the last messages that were posted to the stack's Slack, oldest first.
func (s *Stack) Slack() []slack.Message { return s.slack.Messages() }

// migrate gives ClickHouse its schema. Events are kept however old they are: those that are made for a demonstration
// do not get younger.
func (s *Stack) migrate(ctx context.Context) error {
	options, err := clickhouse.ParseDSN(s.ClickHouse.DSN())
	if err != nil {
		return fmt.Errorf("read the DSN of ClickHouse: %w", err)
	}
	if _, err := migrations.Up(ctx, options); err != nil {
		return fmt.Errorf("give ClickHouse its schema: %w", err)
	}
	if err := migrations.SetRetention(ctx, options, migrations.Retention{}); err != nil {
		return fmt.Errorf("give ClickHouse its schema: %w", err)
	}
	return nil
}

// Stop ends all parts, waits until they are gone, and removes their files.
func (s *Stack) Stop(ctx context.Context) error {
	var failures []error
	if m := s.monitoring.Load(); m != nil {
		m.quiet()
		// The functions first: what they print at their end is still put into CloudWatch.
		failures = append(failures, s.AWS.Host().Close(ctx), m.cloud.Stop(ctx))
	}
	if s.AWS != nil {
		failures = append(failures, s.AWS.Stop(ctx))
	}
	if s.slack != nil {
		failures = append(failures, s.slack.Close())
	}
	s.engine.Lock()
	defer s.engine.Unlock()
	if s.ClickHouse != nil {
		failures = append(failures, s.ClickHouse.Stop(ctx))
	}
	failures = append(failures, os.RemoveAll(s.Dir))
	return errors.Join(failures...)
}

// sharedLog lets all parts write to one log.
type sharedLog struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (l *sharedLog) Write(b []byte) (int, error) {
	if l.w == nil {
		return len(b), nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.w.Write(b)
	if err != nil {
		return n, fmt.Errorf("write the log: %w", err)
	}
	return n, nil
}
