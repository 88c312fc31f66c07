package localaws_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
	"github.com/rumline/rumline/tests/local/localaws"
)

// Hundreds of messages through three queues at once: each is delivered exactly once while nothing fails.
func TestVolume(t *testing.T) {
	const each = 300
	var bodies []string
	for i := range each {
		bodies = append(bodies, strconv.Itoa(i))
	}
	var all []queue
	counts := make([]map[string]int, 3)
	var mu sync.Mutex
	for i := range counts {
		counts[i] = map[string]int{}
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			q := newQueue(t, 300, 3)
			q.send(t, bodies...)
			all = append(all, q)
		})
	}
	begin := time.Now()
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		mu.Lock()
		defer mu.Unlock()
		for _, m := range records(e) {
			for i, q := range all {
				if q.arn == m.EventSourceARN {
					counts[i][m.Body]++
				}
			}
		}
		return lambdahosttest.Reply{Body: failures()}
	})
	for _, q := range all {
		mapping(t, q, name, func(in *lambda.CreateEventSourceMappingInput) {
			in.BatchSize, in.MaximumBatchingWindowInSeconds = aws.Int32(100), aws.Int32(1)
		})
	}
	for _, q := range all {
		for deleted := 0; deleted < each; {
			b := next(t, batches.of(q.arn))
			require.NoError(t, b.Err)
			deleted += b.Deleted
		}
		q.requireEmpty(t)
	}
	t.Logf("%d messages received, processed and deleted in %s", 3*each, time.Since(begin))
	mu.Lock()
	defer mu.Unlock()
	for _, count := range counts {
		require.Len(t, count, each)
		for body, n := range count {
			require.Equal(t, 1, n, body)
		}
	}
}

// What is in flight when the stack stops is finished and deleted; nothing is invoked after.
func TestStopFinishesWhatIsInFlight(t *testing.T) {
	mine := newFeed[lambdahost.Batch]()
	a, err := localaws.Start(t.Context(), localaws.Options{
		CacheDir: t.TempDir(), Log: t.Output(),
		Host: lambdahost.Options{InitTimeout: patient, OnBatch: func(b lambdahost.Batch) { mine.put(b.QueueARN, b) }},
	})
	require.NoError(t, err)
	before := stack
	stack = a // for the helpers; no other test runs beside this one
	t.Cleanup(func() { stack = before })

	arrived, release := make(chan struct{}), make(chan struct{})
	prepared = sync.Once{}
	name := deploy(t, func(lambdahosttest.Event) lambdahosttest.Reply {
		close(arrived)
		<-release
		return lambdahosttest.Reply{}
	})
	q := newQueue(t, 300, 3)
	q.send(t, "a")
	_, err = lambdas().CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		EventSourceArn: &q.arn, FunctionName: &name,
	})
	require.NoError(t, err)
	next(t, arrived)
	stopped := make(chan error, 1)
	go func() { stopped <- a.Stop(context.WithoutCancel(t.Context())) }()
	require.Eventually(t, func() bool {
		return a.Host().Map(lambdahost.Mapping{UUID: "late", QueueARN: q.arn}) != nil
	}, patient, time.Millisecond, "the stop has begun")
	select {
	case err := <-stopped:
		t.Fatalf("stopped in the middle of an invocation: %v", err)
	case <-mine.of(q.arn):
		t.Fatal("the batch is not done")
	default:
		close(release)
	}
	b := next(t, mine.of(q.arn))
	require.NoError(t, b.Err)
	assert.Equal(t, 1, b.Deleted)
	require.NoError(t, next(t, stopped))
	require.NoError(t, a.Stop(t.Context()), "again")
	next(t, a.Failed())
}
