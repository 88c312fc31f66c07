// Package backfill notifies one destination once more of objects that are in the raw bucket already. A destination delivers
// what it has delivered before no second time, so that a repeat is harmless, unless a generation asks for that.
package backfill

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"
)

// Job is a backfill.
type Job struct {
	Selection
	Region   string
	QueueURL string
	// Generation is the name of what is delivered though it was delivered before; empty delivers what was not.
	Generation string
	// Rate bounds the messages per second; 0 means as fast as SQS takes them.
	Rate int64
}

// Result is what there is to send, or what was sent.
type Result struct {
	Objects int64 `json:"objects"`
	// Bytes are those of the objects as stored.
	Bytes int64 `json:"bytes"`
	// Messages were sent to the queue, one for each object.
	Messages int64 `json:"messages"`
	// Skipped objects have no version. The identity that S3 announced them by is not known, so they might be delivered twice.
	Skipped int64   `json:"skipped"`
	Seconds float64 `json:"seconds"`
	// ResumeAfter is the key after which to go on; empty when everything was sent.
	ResumeAfter string `json:"resume_after,omitempty"`
}

// Count counts what Run would send.
func (j Job) Count(ctx context.Context, client s3.ListObjectVersionsAPIClient) (Result, error) {
	var r Result
	for o, err := range j.objects(ctx, client, func() { r.Skipped++ }) {
		if err != nil {
			return r, err
		}
		r.Objects++
		r.Bytes += o.Size
	}
	return r, nil
}

// batchMax is how many messages SQS takes in one request. Requests are made so many at a time; when one of them fails, the
// backfill resumes with all of them.
const (
	batchMax       = 10
	requestsAtOnce = 8
)

// Run sends the notifications, and says how many whenever there are more. After an error, and when the context is cancelled,
// the result says what was sent, and where to go on.
func (j Job) Run(ctx context.Context, list s3.ListObjectVersionsAPIClient, queue Sender, progress func(Result)) (Result, error) {
	begin := time.Now()
	r := Result{ResumeAfter: j.After}
	limit := rate.NewLimiter(rate.Inf, 0)
	size := batchMax * requestsAtOnce
	if j.Rate > 0 {
		size = int(min(int64(size), j.Rate))
		limit = rate.NewLimiter(rate.Limit(j.Rate), size)
	}
	wave := make([]Object, 0, size)
	flush := func() error {
		if len(wave) == 0 {
			return nil
		}
		if err := limit.WaitN(ctx, len(wave)); err != nil {
			return fmt.Errorf("the backfill was interrupted: %w", err)
		}
		if err := j.send(ctx, queue, wave); err != nil {
			return err
		}
		for _, o := range wave {
			r.Objects++
			r.Messages++
			r.Bytes += o.Size
		}
		r.ResumeAfter, r.Seconds = wave[len(wave)-1].Key, time.Since(begin).Seconds()
		wave = wave[:0]
		progress(r)
		return nil
	}
	for o, err := range j.objects(ctx, list, func() { r.Skipped++ }) {
		if err != nil {
			return r, err
		}
		if wave = append(wave, o); len(wave) == cap(wave) {
			if err := flush(); err != nil {
				return r, err
			}
		}
	}
	if err := flush(); err != nil {
		return r, err
	}
	r.Seconds = time.Since(begin).Seconds()
	if j.Max == 0 || r.Objects < j.Max {
		r.ResumeAfter = "" // there is no more
	}
	return r, nil
}

// send sends a wave. Once begun it is not interrupted: what was sent is known.
func (j Job) send(ctx context.Context, queue Sender, wave []Object) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	for some := range slices.Chunk(wave, batchMax) {
		group.Go(func() error {
			bodies := make([]string, len(some))
			for i, o := range some {
				var err error
				if bodies[i], err = message(j.Bucket, j.Region, j.Generation, o); err != nil {
					return err
				}
			}
			return Send(ctx, queue, j.QueueURL, bodies)
		})
	}
	return group.Wait() //nolint:wrapcheck // errors of our own
}
