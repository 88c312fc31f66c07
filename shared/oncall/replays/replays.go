// Package replays starts executions of the replay's state machine, follows them and stops them. An execution goes on whoever
// follows it.
package replays

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/uuid"

	"github.com/rumline/rumline/shared/replay"
)

// Client is what is asked of Step Functions.
type Client interface {
	StartExecution(ctx context.Context, in *sfn.StartExecutionInput, opts ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	StopExecution(ctx context.Context, in *sfn.StopExecutionInput, opts ...func(*sfn.Options)) (*sfn.StopExecutionOutput, error)
	DescribeExecution(ctx context.Context, in *sfn.DescribeExecutionInput, opts ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
	GetExecutionHistory(ctx context.Context, in *sfn.GetExecutionHistoryInput, opts ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error)
}

// Start starts an execution under a name of its own, so that a request that is sent twice starts it once, and returns its ARN.
func Start(ctx context.Context, client Client, machine string, input replay.Input) (string, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return "", fmt.Errorf("start the replay: %w", err)
	}
	out, err := client.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: &machine, Name: aws.String("by-hand-" + uuid.NewString()), Input: aws.String(string(text)),
	})
	if err != nil {
		return "", fmt.Errorf("start the replay: %w", err)
	}
	return aws.ToString(out.ExecutionArn), nil
}

// Stop stops an execution. Messages that it holds can be received again when their visibility timeout is over.
func Stop(ctx context.Context, client Client, execution, by string) error {
	_, err := client.StopExecution(ctx, &sfn.StopExecutionInput{
		ExecutionArn: &execution, Error: aws.String("Stopped"), Cause: aws.String("stopped by " + by),
	})
	if err != nil {
		return fmt.Errorf("stop %s: %w", execution, err)
	}
	return nil
}

// Progress is where an execution is.
type Progress struct {
	Execution string
	// State is the state that it is in, Since since when.
	State string
	Since time.Time
	replay.Counts
}

// Follow waits until an execution has ended, and all that it was continued by, and returns the report of the last one. It
// says how far they are whenever that has changed.
func Follow(ctx context.Context, client Client, execution string, every time.Duration, progress func(Progress)) (replay.Report, error) {
	for {
		report, err := wait(ctx, client, execution, every, progress)
		if err != nil || report.Outcome != replay.Continued || report.ContinuedAs == "" {
			return report, err
		}
		execution = report.ContinuedAs
	}
}

func wait(ctx context.Context, client Client, execution string, every time.Duration, progress func(Progress)) (replay.Report, error) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var before Progress
	for {
		out, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
		if err != nil {
			return replay.Report{}, fmt.Errorf("follow %s: %w", execution, err)
		}
		if out.Status != types.ExecutionStatusRunning && out.Status != types.ExecutionStatusPendingRedrive {
			return ended(out)
		}
		now, err := where(ctx, client, execution)
		if err != nil {
			return replay.Report{}, err
		}
		if now != before && now.State != "" {
			progress(now)
			before = now
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return replay.Report{}, context.Cause(ctx) //nolint:wrapcheck // whoever has cancelled knows why
		}
	}
}

// ended reads what an execution has answered.
func ended(out *sfn.DescribeExecutionOutput) (replay.Report, error) {
	if out.Status != types.ExecutionStatusSucceeded {
		return replay.Report{}, fmt.Errorf("the replay %s has ended as %s: %s: %s",
			aws.ToString(out.ExecutionArn), out.Status, aws.ToString(out.Error), aws.ToString(out.Cause))
	}
	var report replay.Report
	if err := json.Unmarshal([]byte(aws.ToString(out.Output)), &report); err != nil {
		return replay.Report{}, fmt.Errorf("read the report of %s: %w", aws.ToString(out.ExecutionArn), err)
	}
	return report, nil
}
