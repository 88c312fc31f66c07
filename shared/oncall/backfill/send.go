package backfill

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Sender is what is asked of SQS.
type Sender interface {
	SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, opts ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
}

const (
	sendTimeout = time.Minute
	sendTries   = 5
	firstPause  = 100 * time.Millisecond
)

// Send sends messages, at most ten, and tries those again that SQS could not take for the moment.
func Send(ctx context.Context, queue Sender, url string, bodies []string) error {
	entries := make([]types.SendMessageBatchRequestEntry, len(bodies))
	for i, body := range bodies {
		entries[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &body}
	}
	pause := firstPause
	for try := 1; ; try++ {
		out, err := queue.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: entries})
		if err != nil {
			return fmt.Errorf("send to %s: %w", url, err)
		}
		if len(out.Failed) == 0 {
			return nil
		}
		again := make([]types.SendMessageBatchRequestEntry, 0, len(out.Failed))
		for _, f := range out.Failed {
			n, err := strconv.Atoi(aws.ToString(f.Id))
			if err != nil || n < 0 || n >= len(bodies) || f.SenderFault || try == sendTries {
				return fmt.Errorf("send to %s: %s: %s", url, aws.ToString(f.Code), aws.ToString(f.Message))
			}
			again = append(again, types.SendMessageBatchRequestEntry{Id: f.Id, MessageBody: &bodies[n]})
		}
		entries = again
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return fmt.Errorf("send to %s: %w", url, context.Cause(ctx))
		}
	}
}
