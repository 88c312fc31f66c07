package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"
)

// UserAgent marks the pollers' own calls, so that a test can tell them from those of functions.
const UserAgent = "rumline-event-source-mapping"

// queueAPI is what a poller needs of SQS.
type queueAPI interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
}

func newQueueClient(endpoint string) queueAPI {
	return sqs.New(sqs.Options{
		BaseEndpoint: aws.String(endpoint),
		Credentials:  Credentials(""), // each call has its function's
		AppID:        UserAgent,
		Region:       "us-east-1", // each call names its queue's
	})
}

// queue is one SQS queue.
type queue struct {
	api      queueAPI
	arn, url string
	role     func() string // that the poller plays: its function's
}

func newQueue(api queueAPI, endpoint, arn string, role func() string) (*queue, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 {
		return nil, fmt.Errorf("not an ARN of a queue: %q", arn)
	}
	url := strings.TrimSuffix(endpoint, "/") + "/" + parts[4] + "/" + parts[5]
	return &queue{api: api, arn: arn, url: url, role: role}, nil
}

func (q *queue) receive(ctx context.Context, limit int, wait time.Duration) ([]message, error) {
	out, err := q.api.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:                    aws.String(q.url),
		MaxNumberOfMessages:         int32(limit),
		WaitTimeSeconds:             int32(wait.Seconds()),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	}, q.here)
	if err != nil {
		return nil, fmt.Errorf("receive from %s: %w", q.arn, err)
	}
	messages := make([]message, 0, len(out.Messages))
	for _, m := range out.Messages {
		got, err := newMessage(m, q.arn)
		if err != nil {
			return messages, err
		}
		messages = append(messages, got)
	}
	return messages, nil
}

// deleteAll deletes messages ten at a time and returns how many are gone. The rest come back when their visibility
// timeout is over.
func (q *queue) deleteAll(ctx context.Context, messages []message) (int, error) {
	var group errgroup.Group
	group.SetLimit(parallelReceives)
	counts := make(chan int, len(messages)/receiveMax+1)
	for chunk := range slices.Chunk(messages, receiveMax) {
		group.Go(func() error {
			n, err := q.deleteChunk(ctx, chunk)
			counts <- n
			return err
		})
	}
	err := group.Wait()
	close(counts)
	deleted := 0
	for n := range counts {
		deleted += n
	}
	return deleted, err //nolint:wrapcheck // deleteChunk's
}

func (q *queue) deleteChunk(ctx context.Context, messages []message) (int, error) {
	entries := make([]types.DeleteMessageBatchRequestEntry, len(messages))
	for i, m := range messages {
		entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(m.receipt)}
	}
	out, err := q.api.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: aws.String(q.url), Entries: entries}, q.here)
	if err != nil {
		return 0, fmt.Errorf("delete from %s: %w", q.arn, err)
	}
	var failures []error
	for _, f := range out.Failed {
		failures = append(failures, fmt.Errorf("delete from %s: %s: %s", q.arn, aws.ToString(f.Code), aws.ToString(f.Message)))
	}
	return len(messages) - len(out.Failed), errors.Join(failures...)
}

// visibility is the queue's visibility timeout.
func (q *queue) visibility(ctx context.Context) (time.Duration, error) {
	const name = types.QueueAttributeNameVisibilityTimeout
	out, err := q.api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(q.url), AttributeNames: []types.QueueAttributeName{name},
	}, q.here)
	if err != nil {
		return 0, fmt.Errorf("ask for the visibility timeout of %s: %w", q.arn, err)
	}
	seconds, err := strconv.Atoi(out.Attributes[string(name)])
	if err != nil {
		return 0, fmt.Errorf("visibility timeout of %s: %w", q.arn, err)
	}
	return time.Duration(seconds) * time.Second, nil
}

func (q *queue) here(o *sqs.Options) {
	o.Region, o.Credentials = regionOf(q.arn), Credentials(q.role())
}
