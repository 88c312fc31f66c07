// Package cloudwatch is what of CloudWatch moto lacks: it makes metrics of what functions print and of how they are invoked,
// and evaluates the alarms that Terraform made. The queues' metrics are made within moto (see the emulator), which alone
// knows the queues' insides.
package cloudwatch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/rumline/rumline/tests/local/eventbridge"
	"github.com/rumline/rumline/tests/local/lambdahost"
)

// Options configure New.
type Options struct {
	// Config reaches the stack's AWS.
	Config aws.Config
	// Emit takes an event for each alarm that changes its state. Nil drops them.
	Emit func(context.Context, eventbridge.Event) error
	// Log takes what went wrong in the background. Nil drops it.
	Log io.Writer
}

// CloudWatch collects metrics and evaluates alarms, until Stop.
type CloudWatch struct {
	sink      *sink
	evaluator *evaluator
	log       io.Writer
	cancel    context.CancelFunc
	watched   chan struct{} // closed when Watch is over; nil if it never was called
}

// New returns a CloudWatch that collects. Alarms are evaluated by Evaluate, or on their own after Watch.
func New(o Options) *CloudWatch {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Emit == nil {
		o.Emit = func(context.Context, eventbridge.Event) error { return nil }
	}
	client := cw.NewFromConfig(o.Config, func(o *cw.Options) { o.DisableRequestCompression = true }) // moto reads none
	c := &CloudWatch{log: o.Log, cancel: func() {}}
	c.sink = newSink(client, c.complain)
	c.evaluator = &evaluator{
		alarms: client, topics: sns.NewFromConfig(o.Config), region: o.Config.Region, emit: o.Emit, evaluated: map[string]time.Time{},
	}
	return c
}

// Line takes a line that a function printed, and the metrics that are in it. It does not wait for anything.
func (c *CloudWatch) Line(l lambdahost.Line) {
	data, err := ParseEMF(l.Text)
	if err != nil {
		c.complain(fmt.Errorf("%s: %w", l.Function, err))
		data = []Datum{{
			Namespace: "AWS/Logs", Name: "EMFValidationErrors", Unit: "Count", Values: []float64{1}, Time: l.Time,
			Dimensions: []Dimension{{"LogGroupName", "/aws/lambda/" + l.Function}},
		}}
	}
	c.sink.add(data...)
}

// Report takes the end of an invocation. It does not wait for anything.
func (c *CloudWatch) Report(r lambdahost.Report) { c.sink.add(invocation(r)...) }

// Throttled takes an invocation that was refused. It does not wait for anything.
func (c *CloudWatch) Throttled(function string) { c.sink.add(throttle(function, time.Now())) }

// Put takes metrics of other parts. It does not wait for anything.
func (c *CloudWatch) Put(data ...Datum) { c.sink.add(data...) }

// Flush waits until the metrics of everything that was taken so far are there to be asked for.
func (c *CloudWatch) Flush(ctx context.Context) error { return c.sink.flush(ctx) }

// Evaluate evaluates every alarm on the periods that are complete at now, and acts on those that change. Its error has all
// that went wrong; the other alarms were evaluated nevertheless.
func (c *CloudWatch) Evaluate(ctx context.Context, now time.Time) error {
	if err := c.Flush(ctx); err != nil {
		return err
	}
	return c.evaluator.all(ctx, now)
}

// States are those of the alarms, by their names.
func (c *CloudWatch) States(ctx context.Context) (map[string]types.StateValue, error) {
	return c.evaluator.states(ctx)
}

// watchEvery is how often Watch looks which alarms are due.
const watchEvery = time.Second

// Watch evaluates each alarm whenever a period of it has ended. Call it once.
func (c *CloudWatch) Watch() {
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel, c.watched = cancel, make(chan struct{})
	go func() {
		defer close(c.watched)
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := c.evaluator.due(ctx, time.Now()); err != nil && ctx.Err() == nil {
					c.complain(err)
				}
			}
		}
	}()
}

// Quiet ends Watch and waits for what it does. Metrics are still taken.
func (c *CloudWatch) Quiet() {
	c.cancel()
	if c.watched != nil {
		<-c.watched
	}
}

// Stop ends Watch and sends the metrics that are left, while ctx lasts.
func (c *CloudWatch) Stop(ctx context.Context) error {
	c.Quiet()
	if err := c.sink.stop(ctx); err != nil {
		return errors.Join(errors.New("stop CloudWatch"), err)
	}
	return nil
}

func (c *CloudWatch) complain(err error) { fmt.Fprintf(c.log, "[cloudwatch] %v\n", err) }
