package cloudwatch

import (
	"time"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// invocation is what Lambda puts of an invocation into CloudWatch.
func invocation(r lambdahost.Report) []Datum {
	failed := 0.0
	if r.Status != lambdahost.StatusSuccess {
		failed = 1
	}
	return []Datum{
		ofFunction(r.Function, "Invocations", "Count", 1, r.Finished),
		ofFunction(r.Function, "Errors", "Count", failed, r.Finished),
		ofFunction(r.Function, "Throttles", "Count", 0, r.Finished),
		ofFunction(r.Function, "Duration", "Milliseconds", float64(r.Duration)/float64(time.Millisecond), r.Finished),
		ofFunction(r.Function, "ConcurrentExecutions", "Count", float64(r.Concurrent), r.Finished),
	}
}

func throttle(function string, at time.Time) Datum {
	return ofFunction(function, "Throttles", "Count", 1, at)
}

func ofFunction(function, name, unit string, value float64, at time.Time) Datum {
	return Datum{
		Namespace: "AWS/Lambda", Name: name, Unit: unit, Values: []float64{value}, Time: at,
		Dimensions: []Dimension{{"FunctionName", function}},
	}
}
