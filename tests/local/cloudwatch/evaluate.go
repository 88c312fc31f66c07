package cloudwatch

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// further is how many periods before the evaluated ones CloudWatch looks for data, so that a late or a rare one counts.
// CloudWatch documents this range by example: five periods for three evaluated ones
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
const further = 2

// rangeOf is how many periods are looked at to evaluate an alarm.
func rangeOf(a types.MetricAlarm) int { return int(aws.ToInt32(a.EvaluationPeriods)) + further }

// verdict is what an alarm has come to.
type verdict struct {
	state  types.StateValue
	reason string
}

// evaluate says what state an alarm is in after the periods whose values are given, oldest first: rangeOf of them, all
// complete, NaN where a period has none.
func evaluate(a types.MetricAlarm, values []float64) (verdict, error) {
	periods, wanted := int(aws.ToInt32(a.EvaluationPeriods)), toAlarm(a)
	breaches, err := comparison(a.ComparisonOperator)
	if err != nil {
		return verdict{}, err
	}
	threshold := aws.ToFloat64(a.Threshold)
	var there []float64
	breaching, oldest := 0, 0 // oldest: how many periods ago the first breaching one is, 1 for the last
	count := func(values []float64) {
		there, breaching, oldest = nil, 0, 0
		for i, v := range values {
			if math.IsNaN(v) {
				continue
			}
			there = append(there, v)
			if breaches(v, threshold) {
				breaching++
				if oldest == 0 {
					oldest = len(values) - i
				}
			}
		}
	}
	count(values)
	if len(there) > periods {
		count(there[len(there)-periods:])
	}
	missing, alright := periods-len(there), len(there)-breaching
	state := types.StateValueOk
	switch treatment := cmp.Or(aws.ToString(a.TreatMissingData), "missing"); {
	case breaching >= wanted:
		state = types.StateValueAlarm
	case missing == 0 || treatment == "notBreaching":
	case treatment == "breaching":
		if breaching+missing >= wanted {
			state = types.StateValueAlarm
		}
	case alright > 0:
	case treatment == "ignore":
		state = a.StateValue
	case treatment != "missing":
		return verdict{}, fmt.Errorf("missing data are treated as %q: that is not known here", treatment)
	case len(there) == 0:
		state = types.StateValueInsufficientData
	case oldest >= wanted:
		// All that there is breaches, and it has done so for long enough.
		state = types.StateValueAlarm
	default:
		state = a.StateValue
	}
	return verdict{state, reason(a, state, there, breaching, missing)}, nil
}

// toAlarm is how many breaching values make an alarm.
func toAlarm(a types.MetricAlarm) int {
	return int(cmp.Or(aws.ToInt32(a.DatapointsToAlarm), aws.ToInt32(a.EvaluationPeriods)))
}

func comparison(o types.ComparisonOperator) (func(v, threshold float64) bool, error) {
	switch o {
	case types.ComparisonOperatorGreaterThanThreshold:
		return func(v, threshold float64) bool { return v > threshold }, nil
	case types.ComparisonOperatorGreaterThanOrEqualToThreshold:
		return func(v, threshold float64) bool { return v >= threshold }, nil
	case types.ComparisonOperatorLessThanThreshold:
		return func(v, threshold float64) bool { return v < threshold }, nil
	case types.ComparisonOperatorLessThanOrEqualToThreshold:
		return func(v, threshold float64) bool { return v <= threshold }, nil
	default:
		return nil, fmt.Errorf("the comparison operator %q is not known here", o)
	}
}

// comparisons are the operators in CloudWatch's words.
var comparisons = map[types.ComparisonOperator]string{
	types.ComparisonOperatorGreaterThanThreshold:          "greater than",
	types.ComparisonOperatorGreaterThanOrEqualToThreshold: "greater than or equal to",
	types.ComparisonOperatorLessThanThreshold:             "less than",
	types.ComparisonOperatorLessThanOrEqualToThreshold:    "less than or equal to",
}

// reason words a verdict as CloudWatch does.
func reason(a types.MetricAlarm, state types.StateValue, there []float64, breaching, missing int) string {
	change := "ALARM -> OK"
	switch state {
	case types.StateValueOk:
	case types.StateValueAlarm:
		change = "OK -> ALARM"
	case types.StateValueInsufficientData:
		return fmt.Sprintf("Insufficient Data: %d datapoint%s unknown.", missing, plural(missing, " was", "s were"))
	}
	if len(there) == 0 {
		return fmt.Sprintf("Threshold Crossed: no datapoints were received for %d period%s and %d missing datapoint%s treated as [%s].",
			missing, plural(missing, "", "s"), missing, plural(missing, " was", "s were"), missingAs(aws.ToString(a.TreatMissingData)))
	}
	texts := make([]string, len(there))
	for i, v := range there {
		texts[len(there)-1-i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	shown, not := breaching, ""
	if state != types.StateValueAlarm {
		shown, not = len(there)-breaching, "not "
	}
	return fmt.Sprintf("Threshold Crossed: %d out of the last %d datapoints [%s] %s %s%s the threshold (%s) (minimum %d datapoint%s for %s transition).",
		shown, aws.ToInt32(a.EvaluationPeriods), strings.Join(texts, ", "), plural(shown, "was", "were"), not, comparisons[a.ComparisonOperator],
		strconv.FormatFloat(aws.ToFloat64(a.Threshold), 'f', -1, 64), toAlarm(a), plural(toAlarm(a), "", "s"), change)
}

func missingAs(treatment string) string {
	if treatment == "breaching" {
		return "Breaching"
	}
	return "NonBreaching"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
