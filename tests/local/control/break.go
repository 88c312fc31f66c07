package control

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/tests/generate"
)

// parallel is how many calls are under way at once.
const parallel = 8

// Malformed sends n messages that nobody can read into a destination's queue.
func (r *Remote) Malformed(ctx context.Context, destination string, n int) error {
	d, ok := r.Deployment.Destinations[destination]
	if !ok {
		return fmt.Errorf("there is no destination %q: there are %v", destination, slices.Sorted(maps.Keys(r.Deployment.Destinations)))
	}
	const batch = 10
	queues := r.queues()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for first := 0; first < n; first += batch {
		group.Go(func() error {
			var entries []types.SendMessageBatchRequestEntry
			for i := first; i < min(first+batch, n); i++ {
				entries = append(entries, types.SendMessageBatchRequestEntry{
					Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(fmt.Sprintf(`{"Records":[{"poison":%d`, i)),
				})
			}
			out, err := queues.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &d.QueueURL, Entries: entries})
			if err != nil {
				return fmt.Errorf("send malformed messages to %s: %w", destination, err)
			}
			if len(out.Failed) > 0 {
				return fmt.Errorf("send malformed messages to %s: %d failed", destination, len(out.Failed))
			}
			return nil
		})
	}
	return group.Wait() //nolint:wrapcheck // wrapped above
}

// Missing puts n objects and deletes each at once, version and all, so that every destination is told of what is not there.
func (r *Remote) Missing(ctx context.Context, n int) error {
	objects := r.objects()
	prefix := fmt.Sprintf("%smissing-%d/", r.Deployment.RawPrefix, time.Now().UnixNano())
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i := range n {
		group.Go(func() error {
			key := prefix + strconv.Itoa(i) + ".ndjson"
			put, err := objects.PutObject(ctx, &s3.PutObjectInput{Bucket: &r.Deployment.RawBucket, Key: &key, Body: strings.NewReader("{}\n")})
			if err != nil {
				return fmt.Errorf("put %s: %w", key, err)
			}
			_, err = objects.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &r.Deployment.RawBucket, Key: &key, VersionId: put.VersionId})
			if err != nil {
				return fmt.Errorf("delete %s: %w", key, err)
			}
			return nil
		})
	}
	return group.Wait() //nolint:wrapcheck // wrapped above
}

// Load is a load that lasts.
type Load struct {
	// Rate is in objects per second, Events how many events an object has, on average.
	Rate, Events int
	For          time.Duration
}

// stretch is how much of a load is made at a time, in seconds.
const stretch = 5

// Load puts generated objects until the load's time is up or ctx ends, which is no error. It calls put with how many have
// been put, now and then, and returns that.
func (r *Remote) Load(ctx context.Context, l Load, put func(objects int)) (int, error) {
	if l.Rate <= 0 || l.Events <= 0 {
		return 0, errors.New("a load needs a rate and events above 0")
	}
	bounded, cancel := context.WithTimeout(ctx, l.For)
	defer cancel()
	client := r.objects()
	pace := time.NewTicker(time.Second / time.Duration(l.Rate))
	defer pace.Stop()
	group, working := errgroup.WithContext(context.WithoutCancel(ctx)) // what is begun is finished
	group.SetLimit(parallel)
	count := 0
	for bounded.Err() == nil && working.Err() == nil {
		n := l.Rate * stretch
		for object := range generate.Objects(generate.Options{
			Seed: uint64(time.Now().UnixNano()), Base: time.Now().UTC(), Span: time.Hour, Objects: n, Events: n * l.Events, Prefix: r.Deployment.RawPrefix,
		}) {
			select {
			case <-pace.C:
			case <-bounded.Done():
			}
			if bounded.Err() != nil || working.Err() != nil {
				break
			}
			group.Go(func() error {
				_, err := client.PutObject(working, &s3.PutObjectInput{
					Bucket: &r.Deployment.RawBucket, Key: &object.Key, Body: strings.NewReader(string(object.Body)),
				})
				if err != nil {
					return fmt.Errorf("put %s: %w", object.Key, err)
				}
				return nil
			})
			count++
		}
		put(count)
	}
	return count, group.Wait() //nolint:wrapcheck // wrapped above
}

// Impatient sets the queues' visibility timeout, so that what fails is dead after seconds.
func (r *Remote) Impatient(ctx context.Context, visibility time.Duration) error {
	queues := r.queues()
	for name, d := range r.Deployment.Destinations {
		_, err := queues.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{
			QueueUrl: &d.QueueURL, Attributes: map[string]string{"VisibilityTimeout": strconv.Itoa(int(visibility.Seconds()))},
		})
		if err != nil {
			return fmt.Errorf("set the queue of %s: %w", name, err)
		}
	}
	return nil
}

func (r *Remote) config() aws.Config {
	return aws.Config{
		Region: r.Region, BaseEndpoint: &r.Endpoint, Credentials: credentials.NewStaticCredentialsProvider(r.AccessKey, r.SecretKey, ""),
	}
}

func (r *Remote) queues() *sqs.Client { return sqs.NewFromConfig(r.config()) }

func (r *Remote) objects() *s3.Client {
	return s3.NewFromConfig(r.config(), func(o *s3.Options) { o.UsePathStyle = true })
}
