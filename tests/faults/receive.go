package faults

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// repeatAfter is how many receives lie between a delivery and its repetition, when it is to come batches later.
const repeatAfter = 6

// receive passes a poller's receive on. Only those that bring messages count: an idle queue is asked without end.
func (f *fire) receive(step Step, next http.Handler, w http.ResponseWriter, r *http.Request) {
	a := ask(next, r)
	var object map[string]json.RawMessage
	var messages []json.RawMessage
	if json.Unmarshal(a.body.Bytes(), &object) != nil || json.Unmarshal(object["Messages"], &messages) != nil || len(messages) == 0 {
		a.send(w)
		return
	}
	notices := withoutGhosts(noticesOf(messages))
	f.notices.add(step.Destination, notices)
	kind := f.injector.next(step)
	if kind != "" {
		f.injector.did(kind)
	}
	f.misdeliver(step.Destination, kind, notices)
	switch kind { //nolint:exhaustive // the others are no matter of the answer
	case Truncated:
		truncate(w, a)
	case Lost:
		drop()
	case Reordered:
		slices.Reverse(messages)
		a.setMessages(object, messages)
	}
	a.send(w)
}

// setMessages replaces the messages of an answer.
func (a *answer) setMessages(object map[string]json.RawMessage, messages []json.RawMessage) {
	list, err := json.Marshal(messages)
	if err != nil {
		panic(err) // it came out of JSON
	}
	object["Messages"] = list
	body, err := json.Marshal(object)
	if err != nil {
		panic(err) // likewise
	}
	a.body.Reset()
	a.body.Write(body)
}

// misdeliver does to the messages, behind the receiver's back, what the kind says, and what an earlier one has left for
// this receive.
func (f *fire) misdeliver(destination string, kind Kind, notices []notice) {
	due := f.notices.due(destination)
	queue := f.deployment.Destinations[destination].QueueURL
	if len(due) == 0 && kind != Duplicated && kind != DuplicatedLater && kind != Expired {
		return
	}
	f.tasks.Go(func() { // what goes wrong here goes wrong for the harness
		ctx := f.ctx
		f.check(f.send(ctx, queue, due))
		switch kind { //nolint:exhaustive // the others are no matter of the queue
		case Duplicated:
			f.check(f.send(ctx, queue, notices))
		case DuplicatedLater:
			f.notices.later(destination, notices)
		case Expired:
			for _, n := range notices {
				f.expire(ctx, queue, n)
			}
		}
	})
}

// expire gives a message back to its queue while it is worked on. It may have been dealt with by now.
func (f *fire) expire(ctx context.Context, queue string, n notice) {
	_, _ = f.queues.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &queue, ReceiptHandle: &n.ReceiptHandle, VisibilityTimeout: 0,
	})
}

// send sends notices to a queue as new messages.
func (f *fire) send(ctx context.Context, queue string, notices []notice) error {
	for _, n := range notices {
		if _, err := f.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: aws.String(n.Body)}); err != nil {
			return errorf(err, "send a message to %s", queue)
		}
	}
	return nil
}
