package local

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// ErrStuck is the error of a wait for queues in which nothing moves any more.
var ErrStuck = errors.New("no message moved for too long")

// Depth is how many messages a destination has.
type Depth struct {
	Queued int // waiting or under way
	Dead   int // in the dead-letter queue
}

// Depths counts the messages of all destinations.
func (s *Stack) Depths(ctx context.Context, d *Deployment) (map[string]Depth, error) {
	clients, err := s.Config(ctx)
	if err != nil {
		return nil, err
	}
	return Depths(ctx, sqs.NewFromConfig(clients), d)
}

// Depths counts the messages of all destinations of a deployment, wherever it is. On AWS the numbers are approximate, and some
// seconds old.
func Depths(ctx context.Context, queues *sqs.Client, d *Deployment) (map[string]Depth, error) {
	depths := make(map[string]Depth, len(d.Destinations))
	for name, destination := range d.Destinations {
		queued, err := count(ctx, queues, destination.QueueURL)
		if err != nil {
			return nil, err
		}
		dead, err := count(ctx, queues, destination.DLQURL)
		if err != nil {
			return nil, err
		}
		depths[name] = Depth{queued, dead}
	}
	return depths, nil
}

// Drain waits until the queues of all destinations are empty. It gives up with ErrStuck when nothing has changed for
// patience.
func (s *Stack) Drain(ctx context.Context, d *Deployment, patience time.Duration) error {
	const every = 500 * time.Millisecond
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var before string
	moved := time.Now()
	for {
		depths, err := s.Depths(ctx, d)
		if err != nil {
			return err
		}
		queued := 0
		for _, depth := range depths {
			queued += depth.Queued
		}
		if queued == 0 {
			return nil
		}
		if now := fmt.Sprint(depths); now != before {
			before, moved = now, time.Now()
		} else if time.Since(moved) > patience {
			return fmt.Errorf("wait for the queues (%s): %w", now, ErrStuck)
		}
		select {
		case <-ticker.C:
		case <-s.AWS.Failed():
			return errors.New("the emulator has ended")
		case <-ctx.Done():
			return fmt.Errorf("wait for the queues: %w", context.Cause(ctx))
		}
	}
}

func count(ctx context.Context, queues *sqs.Client, url string) (int, error) {
	out, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		return 0, fmt.Errorf("count the messages of %s: %w", url, err)
	}
	sum := 0
	for _, name := range []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	} {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			return 0, fmt.Errorf("count the messages of %s: %s is %q", url, name, out.Attributes[string(name)])
		}
		sum += n
	}
	return sum, nil
}
