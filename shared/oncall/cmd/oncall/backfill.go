package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/oncall/backfill"
	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// backfilled is what backfill answers.
type backfilled struct {
	Destination string `json:"destination"`
	Prefix      string `json:"prefix"`
	DryRun      bool   `json:"dry_run"`
	// Generation is the name of a forced backfill.
	Generation string   `json:"generation,omitempty"`
	Warnings   []string `json:"warnings"`
	backfill.Result
}

func (d *desk) backfill(ctx context.Context, args []string) error {
	o := d.flags("backfill", "", `Notifies one destination once more of objects in the raw bucket. What it has delivered already is not delivered again, so a
repeat is harmless; -force delivers it again, into rebuilt tables.`)
	o.confirmed()
	job := backfill.Job{}
	since, until := moment{now: d.now}, moment{now: d.now}
	o.StringVar(&job.Prefix, "prefix", "", "what the objects' keys begin with, such as rum/2026/11/23/")
	o.Var(&since, "since", "only objects that were put at this `time` or later: 2026-11-23, 2026-11-23T21:00 (UTC), or 24h for that long ago")
	o.Var(&until, "until", "only objects that were put before this `time`")
	o.Int64Var(&job.Max, "max", 0, "how many objects, at most; 0: all")
	o.Int64Var(&job.Rate, "rate", 100, "how many messages to send in a second, at most; 0: as fast as SQS takes them")
	o.StringVar(&job.After, "after", "", "go on after this key")
	force := o.Bool("force", false, "deliver again what was delivered already")
	o.StringVar(&job.Generation, "name", "", "with -force: its name; the same again delivers nothing twice")
	dryRun := o.Bool("dry-run", false, "count the objects, and send nothing")
	if err := o.read(args, false); err != nil {
		return err
	}
	job.Since, job.Until, job.Unversioned = since.Time, until.Time, *force
	if err := checkJob(&job, *force, d.now()); err != nil {
		return err
	}
	p, to, err := o.one(ctx)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(job.Prefix, p.RawPrefix) {
		return wrongUsage("-prefix must begin with %s: elsewhere in the raw bucket there are no RUM objects", p.RawPrefix)
	}
	job.Bucket, job.Region, job.QueueURL = p.RawBucket, p.Region, to.QueueURL
	done := backfilled{Destination: o.dest, Prefix: job.Prefix, DryRun: *dryRun, Generation: job.Generation}
	if done.Result, err = job.Count(ctx, p.S3); err != nil {
		return err
	}
	done.Warnings = append([]string{}, job.Warnings(done.Result, retention(to))...)
	if err := d.explainBackfill(p, o, job, done); err != nil {
		return err
	}
	if *dryRun || done.Objects == 0 {
		return d.printBackfill(o, done)
	}
	if err := o.confirm(p, *force); err != nil {
		return err
	}
	sent := time.Time{}
	var failed error
	done.Result, err = job.Run(ctx, p.S3, p.SQS, func(r backfill.Result) {
		if d.now().Sub(sent) >= 10*time.Second {
			sent = d.now()
			failed = errors.Join(failed, d.say("%s  %s messages sent", sent.UTC().Format("15:04:05Z"), humanize.Comma(r.Messages)))
		}
	})
	if err != nil {
		return fmt.Errorf("%s messages were sent. Go on with -after %s%s: %w", humanize.Comma(done.Messages), quote(done.ResumeAfter), named(job.Generation), err)
	}
	return errors.Join(failed, d.printBackfill(o, done))
}

// checkJob completes what was asked for, and says what is wrong with it.
func checkJob(job *backfill.Job, force bool, now time.Time) error {
	switch {
	case job.Prefix == "":
		return wrongUsage("which objects? Give -prefix")
	case job.Max < 0 || job.Rate < 0:
		return wrongUsage("-max and -rate must not be negative")
	case !job.Until.IsZero() && !job.Since.Before(job.Until):
		return wrongUsage("-since is not before -until")
	case !force && job.Generation != "":
		return wrongUsage("-name is for -force")
	case force && job.Generation == "":
		job.Generation = "backfill-" + now.UTC().Format("20060102T150405Z")
	}
	body := fmt.Sprintf(`{"rumline":{"generation":%q},"Records":[{"eventName":"x"}]}`, job.Generation)
	if _, _, err := landing.ParseNotification(body); err != nil {
		return usageError{fmt.Errorf("-name: %w", err)}
	}
	return nil
}

func (d *desk) explainBackfill(p *place.Place, o *options, job backfill.Job, counted backfilled) error {
	text := fmt.Sprintf("notify %s in %s of %s objects (%s) under s3://%s/%s", o.dest, p.Workspace, humanize.Comma(counted.Objects),
		humanize.IBytes(uint64(max(counted.Bytes, 0))), job.Bucket, screen.Printable(job.Prefix))
	if takes := job.Takes(counted.Objects); takes > 0 {
		text += fmt.Sprintf(", which takes %s at %d a second", screen.Age(takes), job.Rate)
	}
	if job.Generation != "" {
		text += fmt.Sprintf("\nFORCED, as %s: what was delivered before is delivered again. %s must have nothing of these objects, or it holds their "+
			"events twice. Interrupted, go on with the same -name: nothing is sent twice for good", job.Generation, o.dest)
	}
	return d.say("%s", strings.Join(append([]string{text}, counted.Warnings...), "\nNote: "))
}

func (d *desk) printBackfill(o *options, b backfilled) error {
	if o.json {
		return screen.JSON(d.out, b)
	}
	t := screen.NewTable("destination", "objects", "bytes", "messages sent", "left out", "seconds")
	t.Row(b.Destination, humanize.Comma(b.Objects), humanize.IBytes(uint64(max(b.Bytes, 0))), humanize.Comma(b.Messages), humanize.Comma(b.Skipped),
		fmt.Sprintf("%.1f", b.Seconds))
	if err := t.Print(d.out); err != nil {
		return err
	}
	if b.ResumeAfter != "" {
		return screen.Print(d.out, "go on with: -after %s%s\n", quote(b.ResumeAfter), named(b.Generation))
	}
	return nil
}

func named(generation string) string {
	if generation == "" {
		return ""
	}
	return " -name " + quote(generation)
}

// quote quotes a word for a shell.
func quote(word string) string {
	return "'" + strings.ReplaceAll(screen.Printable(word), "'", `'\''`) + "'"
}
