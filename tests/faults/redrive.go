package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// redrive sends the messages of a dead-letter queue back to their queue, and keeps those that point to nothing. It returns
// the bodies of those that it sent.
func (f *fire) redrive(ctx context.Context, destination string) (sent []string, err error) {
	d := f.deployment.Destinations[destination]
	for {
		// Without a wait of its own, a receive from an empty queue takes the queue's, which is 20 s.
		out, err := f.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &d.DLQURL, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
		if err != nil {
			return sent, errorf(err, "receive from %s", d.DLQURL)
		}
		if len(out.Messages) == 0 {
			return sent, nil
		}
		for _, m := range out.Messages {
			if body := aws.ToString(m.Body); f.ghosts[body] == nil {
				if err := f.send(ctx, d.QueueURL, []notice{{Body: body}}); err != nil {
					return sent, err
				}
				sent = append(sent, body)
			} else {
				f.ghosts[body][destination]++
			}
			if _, err := f.queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &d.DLQURL, ReceiptHandle: m.ReceiptHandle}); err != nil {
				return sent, errorf(err, "delete from %s", d.DLQURL)
			}
		}
	}
}

// sendGhosts sends notifications of objects that do not exist. Nobody may acknowledge them: they have to be in all
// dead-letter queues in the end.
func (f *fire) sendGhosts(ctx context.Context, s *Schedule) error {
	for i := range s.Ghosts {
		body, err := notification(f.deployment.RawBucket, fmt.Sprintf("%s%s%d/%d.ndjson", f.deployment.RawPrefix, ghostFolder, s.Seed, i))
		if err != nil {
			return err
		}
		f.ghosts[body] = map[string]int{}
		for name := range f.deployment.Destinations {
			if err := f.send(ctx, f.deployment.Destinations[name].QueueURL, []notice{{Body: body}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// ghostFolder has no objects.
const ghostFolder = "ghost/"

// withoutGhosts leaves the ghosts out: one is enough to wait for, until it has been tried often enough.
func withoutGhosts(notices []notice) []notice {
	return slices.DeleteFunc(notices, func(n notice) bool { return strings.Contains(n.Body, "/"+ghostFolder) })
}

// missingGhosts are the ghosts that are not in a dead-letter queue where they have to be.
func (f *fire) missingGhosts() (missing []string) {
	for body, found := range f.ghosts {
		for name := range f.deployment.Destinations {
			if found[name] == 0 {
				missing = append(missing, name+" acknowledged a pointer to nothing: "+body)
			}
		}
	}
	return missing
}

// notification is S3's notice of an object.
func notification(bucket, key string) (string, error) {
	type object map[string]any
	body, err := json.Marshal(object{"Records": []object{{
		"eventName": "ObjectCreated:Put",
		"s3": object{"bucket": object{"name": bucket}, "object": object{
			"key": key, "size": 1, "eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0055AED6DCD90281E5",
		}},
	}}})
	return string(body), errorf(err, "make a notification")
}
