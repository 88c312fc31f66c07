package cloudwatch

import (
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	ok     = types.StateValueOk
	alarm  = types.StateValueAlarm
	absent = types.StateValueInsufficientData
	kept   = types.StateValue("what it was")
)

// The tables of docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: 0 is a value that does
// not breach, X one that does, - a period without any.
func TestEvaluateAsDocumented(t *testing.T) {
	tests := []struct {
		toAlarm                                  int32
		values                                   string
		missing, ignore, breaching, notBreaching types.StateValue
	}{
		{3, "0 - X - X", ok, ok, ok, ok},
		{3, "- - - - 0", ok, ok, ok, ok},
		{3, "- - - - -", absent, kept, alarm, ok},
		{3, "0 X X - X", alarm, alarm, alarm, alarm},
		{3, "- - X - -", alarm, kept, alarm, ok},
		{2, "0 - X - X", alarm, alarm, alarm, alarm},
		{2, "0 0 X 0 X", alarm, alarm, alarm, alarm},
		{2, "0 - X - -", ok, ok, alarm, ok},
		{2, "- - - - 0", ok, ok, alarm, ok},
		{2, "- - - X -", alarm, kept, alarm, ok},
		// Not in the tables: what breaches is too young to be an alarm.
		{3, "- - - - X", kept, kept, alarm, ok},
		{3, "X X X X 0", ok, ok, ok, ok},
		{3, "0 0 X X X", alarm, alarm, alarm, alarm},
	}
	for _, tt := range tests {
		t.Run(tt.values, func(t *testing.T) {
			for treatment, want := range map[string]types.StateValue{
				"missing": tt.missing, "": tt.missing, "ignore": tt.ignore, "breaching": tt.breaching, "notBreaching": tt.notBreaching,
			} {
				got, err := evaluate(types.MetricAlarm{
					EvaluationPeriods: aws.Int32(3), DatapointsToAlarm: &tt.toAlarm, Threshold: aws.Float64(0.5), StateValue: kept,
					ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, TreatMissingData: &treatment,
				}, values(tt.values))
				require.NoError(t, err)
				assert.Equal(t, want, got.state, "%d of 3, missing data are %q", tt.toAlarm, treatment)
			}
		})
	}
}

func TestEvaluate(t *testing.T) {
	none := math.NaN()
	tests := map[string]struct {
		operator types.ComparisonOperator
		periods  int32
		values   []float64
		want     types.StateValue
		reason   string
	}{
		"at the threshold, greater": {
			types.ComparisonOperatorGreaterThanThreshold, 1,
			[]float64{none, none, 5},
			ok,
			"Threshold Crossed: 1 out of the last 1 datapoints [5] was not greater than the threshold (5) (minimum 1 datapoint for ALARM -> OK transition).",
		},
		"at the threshold, or equal": {
			types.ComparisonOperatorGreaterThanOrEqualToThreshold, 1,
			[]float64{none, none, 5},
			alarm,
			"Threshold Crossed: 1 out of the last 1 datapoints [5] was greater than or equal to the threshold (5) (minimum 1 datapoint for OK -> ALARM transition).",
		},
		"below": {
			types.ComparisonOperatorLessThanThreshold, 2,
			[]float64{9, 9, 4.5, 4},
			alarm,
			"Threshold Crossed: 2 out of the last 2 datapoints [4, 4.5] were less than the threshold (5) (minimum 2 datapoints for OK -> ALARM transition).",
		},
		"not below": {types.ComparisonOperatorLessThanOrEqualToThreshold, 2, []float64{1, 1, 6, 5}, ok, ""},
		"nothing": {
			types.ComparisonOperatorLessThanOrEqualToThreshold, 1,
			[]float64{none, none, none},
			absent,
			"Insufficient Data: 1 datapoint was unknown.",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := types.MetricAlarm{EvaluationPeriods: &tt.periods, Threshold: aws.Float64(5), ComparisonOperator: tt.operator, StateValue: kept}
			require.Len(t, tt.values, rangeOf(a))
			got, err := evaluate(a, tt.values)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.state)
			if tt.reason != "" {
				assert.Equal(t, tt.reason, got.reason)
			}
		})
	}
	_, err := evaluate(types.MetricAlarm{ComparisonOperator: types.ComparisonOperatorGreaterThanUpperThreshold}, nil)
	require.ErrorContains(t, err, "GreaterThanUpperThreshold")
}

func values(text string) (v []float64) {
	for word := range strings.FieldsSeq(text) {
		v = append(v, map[string]float64{"0": 0, "X": 1, "-": math.NaN()}[word])
	}
	return v
}
