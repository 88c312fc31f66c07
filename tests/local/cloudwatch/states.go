package cloudwatch

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/rumline/rumline/tests/local/eventbridge"
)

// outcomes are the metrics of how executions end.
var outcomes = map[types.ExecutionStatus]string{
	types.ExecutionStatusSucceeded: "ExecutionsSucceeded", types.ExecutionStatusFailed: "ExecutionsFailed",
	types.ExecutionStatusTimedOut: "ExecutionsTimedOut", types.ExecutionStatusAborted: "ExecutionsAborted",
}

// Execution takes the begin or the end of an execution of a state machine. It does not wait for anything.
func (c *CloudWatch) Execution(e eventbridge.Execution) { c.sink.add(execution(e)...) }

// execution is what Step Functions puts of it into CloudWatch.
func execution(e eventbridge.Execution) []Datum {
	datum := func(name, unit string, value float64) Datum {
		return Datum{
			Namespace: "AWS/States", Name: name, Unit: unit, Values: []float64{value}, Time: e.At(),
			Dimensions: []Dimension{{"StateMachineArn", aws.ToString(e.StateMachineArn)}},
		}
	}
	if e.Status == types.ExecutionStatusRunning {
		return []Datum{datum("ExecutionsStarted", "Count", 1)}
	}
	name, ok := outcomes[e.Status]
	if !ok {
		return nil
	}
	took := aws.ToTime(e.StopDate).Sub(aws.ToTime(e.StartDate))
	return []Datum{datum(name, "Count", 1), datum("ExecutionTime", "Milliseconds", float64(took)/float64(time.Millisecond))}
}
