// Package mapping switches a destination's event source mapping on and off by hand, and waits until that is so.
package mapping

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Client is what is asked of Lambda.
type Client interface {
	GetEventSourceMapping(ctx context.Context, in *lambda.GetEventSourceMappingInput, opts ...func(*lambda.Options)) (*lambda.GetEventSourceMappingOutput, error)
	UpdateEventSourceMapping(ctx context.Context, in *lambda.UpdateEventSourceMappingInput, opts ...func(*lambda.Options)) (*lambda.UpdateEventSourceMappingOutput, error)
}

// The states of a mapping that stay as they are (Lambda API, GetEventSourceMapping).
const (
	Enabled  = "Enabled"
	Disabled = "Disabled"
)

// State is the state that a mapping is in.
func State(ctx context.Context, client Client, id string) (string, error) {
	out, err := client.GetEventSourceMapping(ctx, &lambda.GetEventSourceMappingInput{UUID: &id})
	if err != nil {
		return "", fmt.Errorf("ask for the event source mapping %s: %w", id, err)
	}
	return aws.ToString(out.State), nil
}

// Switch switches a mapping on or off, and looks every so often, looks times at most, until it is settled. One that is in
// between two states is waited for first: Lambda refuses to change it.
func Switch(ctx context.Context, client Client, id string, on bool, every time.Duration, looks int) error {
	want := Disabled
	if on {
		want = Enabled
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	state := ""
	for range looks {
		var err error
		if state, err = State(ctx, client, id); err != nil {
			return err
		}
		switch state {
		case want:
			return nil
		case Enabled, Disabled:
			if _, err := client.UpdateEventSourceMapping(ctx, &lambda.UpdateEventSourceMappingInput{UUID: &id, Enabled: &on}); err != nil {
				return fmt.Errorf("switch the event source mapping %s: %w", id, err)
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("the event source mapping %s is %s, not yet %s: %w", id, state, want, context.Cause(ctx))
		}
	}
	return fmt.Errorf("the event source mapping %s is still %s, not %s", id, state, want)
}
