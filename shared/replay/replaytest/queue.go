// Package replaytest is a dead-letter queue, the failures of its objects and a bucket in memory, for tests of what replays.
package replaytest

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/rumline/rumline/shared/replay"
)

// Queue is an SQS queue. Its clock stands still unless a test sets it, and a long poll does not wait.
type Queue struct {
	// Fail, if set, is asked before each request, by its name; Refuse before each entry of a batch request, by its name and the
	// message's identifier.
	Fail   func(request string) error
	Refuse func(request, id string) bool

	mu       sync.Mutex
	now      time.Time
	messages []*message
	receipts int
}

var _ replay.QueueClient = (*Queue)(nil)

type message struct {
	id, body, receipt string
	sent, visible     time.Time
	receives          int
}

// NewQueue returns an empty queue at some time.
func NewQueue(now time.Time) *Queue { return &Queue{now: now} }

// Now is the queue's time.
func (q *Queue) Now() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.now
}

// Pass lets time pass.
func (q *Queue) Pass(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.now = q.now.Add(d)
}

// Send puts messages into the queue, called m0, m1 and so on in the order of their sending, and returns what they are called.
func (q *Queue) Send(bodies ...string) []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	ids := make([]string, len(bodies))
	for i, body := range bodies {
		q.receipts++
		ids[i] = "m" + strconv.Itoa(q.receipts-1)
		q.messages = append(q.messages, &message{id: ids[i], body: body, sent: q.now, visible: q.now})
	}
	return ids
}

// Visible are the identifiers of the messages that can be received now, Hidden those of the others with the time for which they
// are still hidden.
func (q *Queue) Visible() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	var ids []string
	for _, m := range q.messages {
		if !m.visible.After(q.now) {
			ids = append(ids, m.id)
		}
	}
	return ids
}

// Hidden are the identifiers of the messages that cannot be received now, with how long that will last.
func (q *Queue) Hidden() map[string]time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	hidden := map[string]time.Duration{}
	for _, m := range q.messages {
		if m.visible.After(q.now) {
			hidden[m.id] = m.visible.Sub(q.now)
		}
	}
	return hidden
}

// GetQueueAttributes implements replay.QueueClient.
func (q *Queue) GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	if err := q.fails("GetQueueAttributes"); err != nil {
		return nil, err
	}
	return &sqs.GetQueueAttributesOutput{Attributes: map[string]string{
		"ApproximateNumberOfMessages":           strconv.Itoa(len(q.Visible())),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(len(q.Hidden())),
	}}, nil
}

// ReceiveMessage implements replay.QueueClient.
func (q *Queue) ReceiveMessage(_ context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	if err := q.fails("ReceiveMessage"); err != nil {
		return nil, err
	}
	if in.MaxNumberOfMessages < 1 || in.MaxNumberOfMessages > 10 {
		return nil, fmt.Errorf("MaxNumberOfMessages is %d", in.MaxNumberOfMessages)
	}
	if in.VisibilityTimeout < 0 || in.VisibilityTimeout > 43200 {
		return nil, fmt.Errorf("VisibilityTimeout is %d", in.VisibilityTimeout)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	out := &sqs.ReceiveMessageOutput{}
	for _, m := range q.messages {
		if len(out.Messages) == int(in.MaxNumberOfMessages) {
			break
		}
		if m.visible.After(q.now) {
			continue
		}
		m.receives++
		q.receipts++
		m.receipt = fmt.Sprintf("%s-receipt-%d", m.id, q.receipts)
		m.visible = q.now.Add(time.Duration(in.VisibilityTimeout) * time.Second)
		sum := md5.Sum([]byte(m.body))
		out.Messages = append(out.Messages, types.Message{
			MessageId: &m.id, ReceiptHandle: aws.String(m.receipt), Body: &m.body, MD5OfBody: aws.String(hex.EncodeToString(sum[:])),
			Attributes: map[string]string{
				"SentTimestamp":           strconv.FormatInt(m.sent.UnixMilli(), 10),
				"ApproximateReceiveCount": strconv.Itoa(m.receives),
			},
		})
	}
	return out, nil
}

// DeleteMessageBatch implements replay.QueueClient.
func (q *Queue) DeleteMessageBatch(_ context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	if err := q.fails("DeleteMessageBatch"); err != nil {
		return nil, err
	}
	out := &sqs.DeleteMessageBatchOutput{}
	for _, e := range in.Entries {
		if failed := q.change("DeleteMessageBatch", aws.ToString(e.Id), aws.ToString(e.ReceiptHandle), func(i int) {
			q.messages = slices.Delete(q.messages, i, i+1)
		}); failed != nil {
			out.Failed = append(out.Failed, *failed)
		}
	}
	return out, nil
}

// ChangeMessageVisibilityBatch implements replay.QueueClient.
func (q *Queue) ChangeMessageVisibilityBatch(_ context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	if err := q.fails("ChangeMessageVisibilityBatch"); err != nil {
		return nil, err
	}
	out := &sqs.ChangeMessageVisibilityBatchOutput{}
	for _, e := range in.Entries {
		if failed := q.change("ChangeMessageVisibilityBatch", aws.ToString(e.Id), aws.ToString(e.ReceiptHandle), func(i int) {
			q.messages[i].visible = q.now.Add(time.Duration(e.VisibilityTimeout) * time.Second)
		}); failed != nil {
			out.Failed = append(out.Failed, *failed)
		}
	}
	return out, nil
}

func (q *Queue) fails(request string) error {
	if q.Fail == nil {
		return nil
	}
	return q.Fail(request)
}

func (q *Queue) change(request, entry, receipt string, do func(i int)) *types.BatchResultErrorEntry {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.messages, func(m *message) bool { return m.receipt == receipt })
	if i < 0 {
		return &types.BatchResultErrorEntry{Id: &entry, Code: aws.String("ReceiptHandleIsInvalid"), SenderFault: true}
	}
	if q.Refuse != nil && q.Refuse(request, q.messages[i].id) {
		return &types.BatchResultErrorEntry{Id: &entry, Code: aws.String("InternalError"), Message: aws.String("so it is")}
	}
	do(i)
	return nil
}
