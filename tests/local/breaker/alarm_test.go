package breaker_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAlarmLasts: the destination failed again so soon after it was well that its alarm never ended. No new alarm would
// start another breaker, so this one opens again.
func TestAlarmLasts(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	d.alarm(t, types.StateValueAlarm)
	execution := create(t, settings{}).start(t, d.input())
	d.probed(t, healthy)
	d.probed(t, healthy)   // half open; it closes, and finds the alarm
	d.probed(t, unhealthy) // open again
	d.alarm(t, types.StateValueOk)
	d.probed(t, healthy)
	d.probed(t, healthy)
	execution.ends(t, "SUCCEEDED")
	assert.Equal(t, []string{"off", "on, at most 2", "on, at most 4", "off", "on, at most 2", "on, at most 4"}, d.changes())
}

// alarm makes the destination's alarm, if there is none, in a state.
func (d *destination) alarm(t *testing.T, state types.StateValue) {
	t.Helper()
	alarms := cloudwatch.New(cloudwatch.Options{
		Region: region, BaseEndpoint: aws.String(stack.URL()), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	name := aws.String("rumline-test-" + d.name + "-destination-down")
	_, err := alarms.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: name, Namespace: aws.String("Rumline"), MetricName: aws.String("SystemicFailures"), Statistic: types.StatisticSum,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(0),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	})
	require.NoError(t, err)
	_, err = alarms.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: name, StateValue: state, StateReason: aws.String("the test says so"),
	})
	require.NoError(t, err)
}
