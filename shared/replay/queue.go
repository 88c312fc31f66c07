package replay

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/rumline/rumline/shared/ledger"
)

// Queue is a dead-letter queue. It is safe for concurrent use.
type Queue struct {
	client   QueueClient
	failures FailureReader
	url      string
}

// QueueClient is what a Queue asks of the SDK's client.
type QueueClient interface {
	GetQueueAttributes(ctx context.Context, in *sqs.GetQueueAttributesInput, opts ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
	ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, opts ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(ctx context.Context, in *sqs.DeleteMessageBatchInput, opts ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
	ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, opts ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error)
}

var _ QueueClient = (*sqs.Client)(nil)

// FailureReader says why objects failed last, by their identity.
type FailureReader interface {
	Failures(ctx context.Context, objects []string) (map[string]ledger.Failure, error)
}

// NewQueue returns the dead-letter queue at a URL. The failures are those of its destination.
func NewQueue(client QueueClient, failures FailureReader, dlqURL string) *Queue {
	return &Queue{client: client, failures: failures, url: dlqURL}
}

// Depth is how many messages can be received, and how many are hidden because somebody has received them. SQS says itself
// that both are approximate, and up to a minute old.
func (q *Queue) Depth(ctx context.Context) (visible, hidden int64, err error) {
	const shown, notShown = types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{shown, notShown},
	})
	if err != nil {
		return 0, 0, fmt.Errorf("ask for the depth of %s: %w", q.url, err)
	}
	visible, err = strconv.ParseInt(out.Attributes[string(shown)], 10, 64)
	if err == nil {
		hidden, err = strconv.ParseInt(out.Attributes[string(notShown)], 10, 64)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("read the depth of %s: %w", q.url, err)
	}
	return visible, hidden, nil
}

// Explain looks up why the letters' objects failed. For letters that were explained before it says why they have failed since:
// Unknown, where no failure was recorded since.
func (q *Queue) Explain(ctx context.Context, letters []Letter) ([]Letter, error) {
	var objects []string
	for _, l := range letters {
		for _, p := range l.Pointers {
			objects = append(objects, p.Identity())
		}
	}
	failures := map[string]ledger.Failure{}
	if len(objects) > 0 {
		var err error
		if failures, err = q.failures.Failures(ctx, objects); err != nil {
			return nil, err
		}
	}
	explained := make([]Letter, len(letters))
	for i, l := range letters {
		explained[i] = l.explain(failures)
	}
	return explained, nil
}

// batchMax is how many messages SQS takes or gives in one request, requestsAtOnce how many requests are made at a time.
const (
	batchMax       = 10
	requestsAtOnce = 8
)

// failedEntries says which messages of a batch request SQS did not take.
func failedEntries(doing string, letters []Letter, failed []types.BatchResultErrorEntry) error {
	errs := make([]error, len(failed))
	for i, f := range failed {
		id := aws.ToString(f.Id)
		if n, err := strconv.Atoi(id); err == nil && n >= 0 && n < len(letters) {
			id = letters[n].ID()
		}
		errs[i] = fmt.Errorf("%s message %s: %s: %s", doing, id, aws.ToString(f.Code), aws.ToString(f.Message))
	}
	return errors.Join(errs...)
}
