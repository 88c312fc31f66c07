package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"
)

// Show lets received letters be received again after a while; 0 means now. SQS takes at most 12 hours from when they were
// received.
func (q *Queue) Show(ctx context.Context, letters []Letter, after time.Duration) error {
	return inBatches(letters, func(some []Letter) error {
		entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(some))
		for i, l := range some {
			entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{
				Id: aws.String(strconv.Itoa(i)), ReceiptHandle: l.Message.ReceiptHandle, VisibilityTimeout: seconds(after),
			}
		}
		out, err := q.client.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.url, Entries: entries})
		if err != nil {
			return fmt.Errorf("show messages of %s: %w", q.url, err)
		}
		return failedEntries("show", some, out.Failed)
	})
}

// Delete deletes received letters. Its error names those that are still there.
func (q *Queue) Delete(ctx context.Context, letters []Letter) error {
	return inBatches(letters, func(some []Letter) error {
		entries := make([]types.DeleteMessageBatchRequestEntry, len(some))
		for i, l := range some {
			entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: l.Message.ReceiptHandle}
		}
		out, err := q.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: entries})
		if err != nil {
			return fmt.Errorf("delete messages of %s: %w", q.url, err)
		}
		return failedEntries("delete", some, out.Failed)
	})
}

// inBatches does something with all letters, as many at a time as SQS takes. A batch that fails keeps no other from being
// done.
func inBatches(letters []Letter, do func([]Letter) error) error {
	var (
		group errgroup.Group
		mu    sync.Mutex
		errs  []error
	)
	group.SetLimit(requestsAtOnce)
	for some := range slices.Chunk(letters, batchMax) {
		group.Go(func() error {
			if err := do(some); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
			return nil
		})
	}
	_ = group.Wait() // no function of it returns an error
	return errors.Join(errs...)
}
