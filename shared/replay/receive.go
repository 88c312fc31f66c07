package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"
)

// maxBytes bounds the letters that are received at once, as they would be written into a function's event: Lambda takes
// 6 MB. around is what an event has of a message besides its body.
const (
	maxBytes = 5 << 20
	around   = 2 << 10
)

// longPoll is how long SQS looks for messages on all its servers before it says that there are none.
const longPoll = time.Second

// maxHide is the longest that SQS hides a message.
const maxHide = 12 * time.Hour

// Receive takes up to limit letters, hides them for so long from everybody, and says why they failed. It may return fewer
// although there are more, so as to stay within what one function takes; none if there are none.
func (q *Queue) Receive(ctx context.Context, limit int, hide time.Duration) ([]Letter, error) {
	r := receiving{queue: q, left: limit, hide: hide}
	group, each := errgroup.WithContext(ctx)
	for range min(requestsAtOnce, (limit+batchMax-1)/batchMax) {
		group.Go(func() error { return r.work(each) })
	}
	err := group.Wait()
	var letters []Letter
	if err == nil {
		letters, err = q.Explain(ctx, r.letters)
	}
	surplus := r.surplus
	if err != nil {
		surplus = append(surplus, r.letters...)
	}
	// Whoever comes next need not wait for what nobody works on.
	if shown := q.Show(context.WithoutCancel(ctx), surplus, 0); shown != nil {
		err = errors.Join(err, shown)
	}
	if err != nil {
		return nil, err
	}
	return letters, nil
}

// receiving is what several workers have received together.
type receiving struct {
	queue *Queue
	hide  time.Duration

	mu      sync.Mutex
	left    int // to be received
	bytes   int
	letters []Letter
	surplus []Letter // beyond maxBytes
}

// work receives until there is enough, or no more.
func (r *receiving) work(ctx context.Context) error {
	for {
		n := r.reserve()
		if n == 0 {
			return nil
		}
		out, err := r.queue.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &r.queue.url, MaxNumberOfMessages: int32(n),
			VisibilityTimeout: seconds(r.hide), WaitTimeSeconds: seconds(longPoll),
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
			MessageAttributeNames:       []string{"All"},
		})
		if err != nil {
			return fmt.Errorf("receive from %s: %w", r.queue.url, err)
		}
		r.take(out.Messages, n)
		if len(out.Messages) == 0 {
			return nil
		}
	}
}

// reserve takes as much of what is left as one request may ask for.
func (r *receiving) reserve() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(batchMax, r.left)
	if r.bytes >= maxBytes {
		n = 0
	}
	r.left -= n
	return n
}

func (r *receiving) take(messages []types.Message, reserved int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left += reserved - len(messages)
	for _, m := range messages {
		l := newLetter(m)
		size := l.size()
		if len(r.letters) > 0 && r.bytes+size > maxBytes {
			r.bytes = maxBytes // no more are asked for
			r.surplus = append(r.surplus, l)
			continue
		}
		r.bytes += size
		r.letters = append(r.letters, l)
	}
}

// size is about what a function's event has of the letter, in bytes.
func (l Letter) size() int {
	encoded, err := json.Marshal(l.Body())
	if err != nil {
		return len(l.Body()) // a string is always JSON
	}
	return len(encoded) + around
}

// seconds rounds up: what is hidden too briefly is met twice.
func seconds(d time.Duration) int32 {
	d = min(max(d, 0), maxHide)
	return int32((d + time.Second - 1) / time.Second)
}
