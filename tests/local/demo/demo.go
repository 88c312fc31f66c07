// Package demo shows the pipeline at work: it deploys it to a local stack, sends it real and generated beacons, and
// holds what arrived at each destination against what was sent.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/roundtrip"
)

// Options configure Run.
type Options struct {
	// Events and Objects are the size of the generated load.
	Events, Objects int
	// ArtifactsDir has the functions' zips, for this machine's processor.
	ArtifactsDir string
	// Out is for the person who watches, Log for everything else.
	Out, Log io.Writer
}

// ErrDifferent is the error of a run in which what arrived is not what was sent.
var ErrDifferent = errors.New("what arrived is not what was sent")

// patience is how long no message may move before the demo gives up: longer than the functions' visibility timeout.
const patience = 8 * time.Minute

// Run runs the demo, and stops all that it started before it returns.
func Run(ctx context.Context, o Options) (err error) {
	show := newScreen(o.Out)
	progress := NewProgress()
	stack, err := local.Start(ctx, local.Options{Log: o.Log, Step: show.step, OnLine: progress.Line, OnReport: progress.Report})
	if err != nil {
		return err
	}
	defer func() {
		show.step("stopping everything and removing its files")
		err = errors.Join(err, stack.Stop(context.WithoutCancel(ctx)))
		show.done()
	}()
	deployment, err := stack.Deploy(ctx, o.ArtifactsDir)
	if err != nil {
		return err
	}
	d := demo{stack: stack, deployment: deployment, progress: progress, show: show, sent: roundtrip.NewSent()}
	if err := d.connect(ctx); err != nil {
		return err
	}
	if err := d.send(ctx, o); err != nil {
		return err
	}
	return d.compare(ctx)
}

type demo struct {
	stack      *local.Stack
	deployment *local.Deployment
	progress   *Progress
	show       *screen
	sent       *roundtrip.Sent
	begin      time.Time

	client  *s3.Client
	options *clickhouse.Options
}

func (d *demo) connect(ctx context.Context) error {
	clients, err := d.stack.Config(ctx)
	if err != nil {
		return err
	}
	d.client = s3.NewFromConfig(clients, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true })
	if d.options, err = clickhouse.ParseDSN(d.stack.ClickHouse.DSN()); err != nil {
		return fmt.Errorf("read the DSN of ClickHouse: %w", err)
	}
	return nil
}

// send puts all objects and waits until the queues are empty.
func (d *demo) send(ctx context.Context, o Options) error {
	root, err := local.ProjectRoot()
	if err != nil {
		return err
	}
	beacons, err := os.ReadFile(filepath.Join(root, "tests", "testdata", "chromium-beacons.ndjson"))
	if err != nil {
		return fmt.Errorf("read the real beacons: %w", err)
	}
	d.show.step("making the events")
	load := roundtrip.Beacons(beacons)
	load.Add(roundtrip.Generated(o.Events, o.Objects))
	d.show.sending(load)
	d.begin = time.Now()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	go d.watch(watching)
	if err := load.Put(ctx, d.client, d.deployment.RawBucket, d.sent); err != nil {
		return err
	}
	if err := d.stack.Drain(ctx, d.deployment, patience); err != nil {
		return err
	}
	stop()
	d.show.flowed(time.Since(d.begin))
	return nil
}

// watch shows where the events are, every few seconds.
func (d *demo) watch(ctx context.Context) {
	const every = 2 * time.Second
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if depths, err := d.stack.Depths(ctx, d.deployment); err == nil { // who waits for the queues says what is wrong
				d.show.flowing(depths, d.progress)
			}
		case <-ctx.Done():
			return
		}
	}
}
