package eventbridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// Execution is an execution of a state machine that has begun or ended.
type Execution struct {
	*sfn.DescribeExecutionOutput
	// Status is the one that it has got; that of the description may be a later one.
	Status types.ExecutionStatus
}

// At is when the status came.
func (e Execution) At() time.Time {
	if e.Status != types.ExecutionStatusRunning && e.StopDate != nil {
		return *e.StopDate
	}
	return aws.ToTime(e.StartDate)
}

// Event is what Step Functions puts on the default bus
// (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html).
func (e Execution) Event(region string) (Event, error) {
	detail := map[string]any{
		"executionArn": e.ExecutionArn, "stateMachineArn": e.StateMachineArn, "name": e.Name, "status": e.Status,
		"startDate": aws.ToTime(e.StartDate).UnixMilli(), "stopDate": nil,
		"input": e.Input, "inputDetails": map[string]bool{"included": true},
		"output": nil, "outputDetails": nil, "error": nil, "cause": nil,
	}
	if e.Status != types.ExecutionStatusRunning {
		detail["stopDate"], detail["error"], detail["cause"] = aws.ToTime(e.StopDate).UnixMilli(), e.Error, e.Cause
		if e.Output != nil {
			detail["output"], detail["outputDetails"] = e.Output, map[string]bool{"included": true}
		}
	}
	return NewEvent("aws.states", "Step Functions Execution Status Change", region, aws.ToString(e.ExecutionArn), e.At(), detail)
}

// executionsAPI is what a watcher needs of Step Functions.
type executionsAPI interface {
	sfn.ListStateMachinesAPIClient
	sfn.ListExecutionsAPIClient
	DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
}

// Executions finds out what state machines do, by asking.
type Executions struct {
	client executionsAPI
	seen   map[string]types.ExecutionStatus // by the execution's ARN
}

// NewExecutions returns a watcher of the stack's state machines.
func NewExecutions(config aws.Config) *Executions {
	return &Executions{client: sfn.NewFromConfig(config), seen: map[string]types.ExecutionStatus{}}
}

// Changes are the executions that have begun or ended since it was asked before. One that has done both comes twice. With
// an error there are those that were found before it.
func (x *Executions) Changes(ctx context.Context) ([]Execution, error) {
	var changes []Execution
	var failures []error
	pages := sfn.NewListStateMachinesPaginator(x.client, &sfn.ListStateMachinesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return changes, errors.Join(append(failures, fmt.Errorf("list the state machines: %w", err))...)
		}
		for _, machine := range page.StateMachines {
			if machine.Type == types.StateMachineTypeExpress {
				continue
			}
			some, err := x.of(ctx, machine.StateMachineArn)
			changes = append(changes, some...)
			if err != nil {
				failures = append(failures, err)
			}
		}
	}
	return changes, errors.Join(failures...)
}

func (x *Executions) of(ctx context.Context, machine *string) ([]Execution, error) {
	var changes []Execution
	pages := sfn.NewListExecutionsPaginator(x.client, &sfn.ListExecutionsInput{StateMachineArn: machine})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return changes, fmt.Errorf("list the executions of %s: %w", *machine, err)
		}
		for _, e := range page.Executions {
			arn := aws.ToString(e.ExecutionArn)
			before, known := x.seen[arn]
			if known && before == e.Status {
				continue
			}
			d, err := x.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
			if err != nil {
				return changes, fmt.Errorf("describe %s: %w", arn, err)
			}
			if !known {
				changes = append(changes, Execution{d, types.ExecutionStatusRunning})
			}
			if e.Status != types.ExecutionStatusRunning {
				changes = append(changes, Execution{d, e.Status})
			}
			x.seen[arn] = e.Status
		}
	}
	return changes, nil
}
