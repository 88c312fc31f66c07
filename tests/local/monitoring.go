package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rumline/rumline/tests/local/cloudwatch"
	"github.com/rumline/rumline/tests/local/eventbridge"
	"github.com/rumline/rumline/tests/local/lambdahost"
)

// monitoring is what acts on what the functions and state machines do: metrics, alarms and events.
type monitoring struct {
	cloud   *cloudwatch.CloudWatch
	bus     *eventbridge.Bus
	onEvent func(eventbridge.Event)
	log     io.Writer

	mu         sync.Mutex // one look at the executions at a time
	executions *eventbridge.Executions

	cancel  context.CancelFunc
	watched sync.WaitGroup
}

func newMonitoring(config aws.Config, host *lambdahost.Host, onEvent func(eventbridge.Event), log io.Writer) *monitoring {
	config.AppID = monitoringAgent
	if onEvent == nil {
		onEvent = func(eventbridge.Event) {}
	}
	m := &monitoring{
		bus: eventbridge.NewBus(config, host), executions: eventbridge.NewExecutions(config), onEvent: onEvent, log: log,
		cancel: func() {},
	}
	m.cloud = cloudwatch.New(cloudwatch.Options{Config: config, Emit: m.emit, Log: log})
	return m
}

// monitoringAgent marks the calls that the stack itself makes, so that a test can tell them from those of functions.
const monitoringAgent = "rumline-monitoring"

// follow passes on what executions have done since it was called before.
func (m *monitoring) follow(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	changes, err := m.executions.Changes(ctx)
	failures := []error{err}
	for _, change := range changes {
		m.cloud.Execution(change)
		event, err := change.Event(Region)
		if err == nil {
			err = m.emit(ctx, event)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

func (m *monitoring) emit(ctx context.Context, e eventbridge.Event) error {
	m.onEvent(e)
	return m.bus.Put(ctx, e)
}

// followEvery is how often the state machines are asked what they do.
const followEvery = time.Second

// watch follows executions and evaluates alarms as they are due, until quiet.
func (m *monitoring) watch() {
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	m.cloud.Watch()
	m.watched.Go(func() {
		ticker := time.NewTicker(followEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := m.follow(ctx); err != nil && ctx.Err() == nil {
					fmt.Fprintf(m.log, "[eventbridge] %v\n", err)
				}
			}
		}
	})
}

// quiet ends watch.
func (m *monitoring) quiet() {
	m.cancel()
	m.watched.Wait()
	m.cloud.Quiet()
}

// CloudWatch has the metrics of the stack, and evaluates its alarms.
func (s *Stack) CloudWatch() *cloudwatch.CloudWatch { return s.monitoring.Load().cloud }

// EventBridge gives events to the targets of the stack's rules.
func (s *Stack) EventBridge() *eventbridge.Bus { return s.monitoring.Load().bus }

// Evaluate does by hand, and to the end, what Options.Alarms has done all the time: it passes on what state machines have
// done, and evaluates every alarm on the periods that are complete at now.
func (s *Stack) Evaluate(ctx context.Context, now time.Time) error {
	m := s.monitoring.Load()
	return errors.Join(m.follow(ctx), m.cloud.Evaluate(ctx, now))
}
