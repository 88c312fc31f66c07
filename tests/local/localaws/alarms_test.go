package localaws_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	eb "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/cloudwatch"
	"github.com/rumline/rumline/tests/local/eventbridge"
	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

func config() aws.Config {
	return aws.Config{Region: region, BaseEndpoint: aws.String(stack.URL()), Credentials: provider}
}

// What a function prints becomes a metric, the metric an alarm, the alarm a message to whoever has subscribed, and an event
// that starts a state machine.
func TestAlarm(t *testing.T) {
	t.Parallel()
	got := make(chan lambdahosttest.Event, 10)
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply { got <- e; return lambdahosttest.Reply{} })
	function, err := lambdas().GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: &name})
	require.NoError(t, err)
	topic := topicTo(t, *function.Configuration.FunctionArn, "lambda")
	started := machine(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`)
	bus := eventbridge.NewBus(config(), stack.Host())
	c := cloudwatch.New(cloudwatch.Options{Config: config(), Emit: bus.Put, Log: t.Output()})
	t.Cleanup(func() { require.NoError(t, c.Stop(context.WithoutCancel(t.Context()))) })

	client := cw.NewFromConfig(config())
	stat := func(id, metric string) cwtypes.MetricDataQuery {
		return cwtypes.MetricDataQuery{Id: &id, ReturnData: aws.Bool(false), MetricStat: &cwtypes.MetricStat{
			Period: aws.Int32(10), Stat: aws.String("Sum"), Metric: &cwtypes.Metric{
				Namespace: aws.String("Test"), MetricName: &metric, Dimensions: []cwtypes.Dimension{{Name: aws.String("Destination"), Value: &name}},
			},
		}}
	}
	_, err = client.PutMetricAlarm(t.Context(), &cw.PutMetricAlarmInput{
		AlarmName: &name, AlarmDescription: aws.String("It fails.\nRun: this"), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(20),
		ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold, TreatMissingData: aws.String("notBreaching"),
		AlarmActions: []string{topic}, OKActions: []string{topic}, Metrics: []cwtypes.MetricDataQuery{
			stat("failed", "ObjectsFailed"), stat("received", "ObjectsReceived"),
			{Id: aws.String("rate"), Label: aws.String("failed, %"), Expression: aws.String("100 * FILL(failed, 0) / received"), ReturnData: aws.Bool(true)},
		},
	})
	require.NoError(t, err)
	rules := eb.NewFromConfig(config())
	_, err = rules.PutRule(t.Context(), &eb.PutRuleInput{Name: &name, EventPattern: aws.String(
		`{"source":["aws.cloudwatch"],"detail":{"alarmName":["` + name + `"],"state":{"value":["ALARM"]}}}`)})
	require.NoError(t, err)
	_, err = rules.PutTargets(t.Context(), &eb.PutTargetsInput{Rule: &name, Targets: []ebtypes.Target{{
		Id: aws.String("replay"), Arn: &started, InputTransformer: &ebtypes.InputTransformer{
			InputPathsMap: map[string]string{"alarm": "$.detail.alarmName"}, InputTemplate: aws.String(`{"destination":"clickhouse","started_by":<alarm>}`),
		},
	}}})
	require.NoError(t, err)

	now := time.Now().Truncate(10 * time.Second)
	line := func(failed int, at time.Time) {
		c.Line(lambdahost.Line{Function: name, Text: fmt.Sprintf(`{"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"Test","Dimensions":[["Destination"]],
			"Metrics":[{"Name":"ObjectsFailed","Unit":"Count"},{"Name":"ObjectsReceived"}]}]},"Destination":%q,"ObjectsFailed":[%d,0],"ObjectsReceived":10}`,
			at.UnixMilli(), name, failed)})
	}
	state := func() cwtypes.StateValue {
		states, err := c.States(t.Context())
		require.NoError(t, err)
		return states[name]
	}
	assert.Equal(t, cwtypes.StateValueInsufficientData, state())
	line(1, now.Add(-5*time.Second))
	require.NoError(t, c.Evaluate(t.Context(), now))
	assert.Equal(t, cwtypes.StateValueOk, state())
	payload(t, next(t, got))
	line(5, now.Add(time.Second))
	line(4, now.Add(9*time.Second))
	require.NoError(t, c.Evaluate(t.Context(), now.Add(9*time.Second)))
	assert.Equal(t, cwtypes.StateValueOk, state(), "the period is not complete")
	require.NoError(t, c.Evaluate(t.Context(), now.Add(10*time.Second)))
	assert.Equal(t, cwtypes.StateValueAlarm, state())

	message := payload(t, next(t, got))
	assert.Equal(t, name, message.AlarmName)
	assert.Equal(t, "It fails.\nRun: this", message.AlarmDescription)
	assert.Equal(t, []string{"ALARM", "OK"}, []string{message.NewStateValue, message.OldStateValue})
	assert.Contains(t, message.NewStateReason, "1 out of the last 1 datapoints [45] was greater than the threshold (20)")
	require.Len(t, message.Trigger.Metrics, 3)
	assert.Equal(t, "100 * FILL(failed, 0) / received", message.Trigger.Metrics[2].Expression)
	executions, ok := states(t, "ListExecutions", map[string]any{"stateMachineArn": started})["executions"].([]any)
	require.True(t, ok)
	require.Len(t, executions, 1)
	execution, ok := executions[0].(map[string]any)
	require.True(t, ok)
	assert.JSONEq(t, `{"destination":"clickhouse","started_by":"`+name+`"}`, fmt.Sprint(finished(t, execution["executionArn"])["input"]))

	require.NoError(t, c.Evaluate(t.Context(), now.Add(10*time.Second)), "nothing has changed")
	assert.Empty(t, got)
	assert.Zero(t, bus.Failed())
}

func payload(t *testing.T, e lambdahosttest.Event) events.CloudWatchAlarmSNSPayload {
	t.Helper()
	var event snsEvent
	require.NoError(t, json.Unmarshal(e.Payload, &event))
	require.Len(t, event.Records, 1)
	var message events.CloudWatchAlarmSNSPayload
	require.NoError(t, json.Unmarshal([]byte(event.Records[0].SNS.Message), &message))
	return message
}

// A queue's depth and age are metrics, as often as every two seconds.
func TestQueueMetrics(t *testing.T) {
	t.Parallel()
	q := newQueue(t, 60, 3)
	q.send(t, "a", "b", "c")
	client := cw.NewFromConfig(config())
	name := path.Base(q.url)
	ask := func(metric, stat string) []float64 {
		out, err := client.GetMetricData(t.Context(), &cw.GetMetricDataInput{
			StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour)), MetricDataQueries: []cwtypes.MetricDataQuery{{
				Id: aws.String("m"), MetricStat: &cwtypes.MetricStat{Period: aws.Int32(7200), Stat: &stat, Metric: &cwtypes.Metric{
					Namespace: aws.String("AWS/SQS"), MetricName: &metric, Dimensions: []cwtypes.Dimension{{Name: aws.String("QueueName"), Value: &name}},
				}},
			}},
		})
		require.NoError(t, err)
		return out.MetricDataResults[0].Values
	}
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, []float64{3}, ask("NumberOfMessagesSent", "Sum"))
		assert.Equal(c, []float64{3}, ask("ApproximateNumberOfMessagesVisible", "Maximum"))
		age := ask("ApproximateAgeOfOldestMessage", "Maximum")
		require.NotEmpty(c, age)
		assert.Positive(c, age[0])
		assert.Equal(c, []float64{0}, ask("NumberOfMessagesDeleted", "Sum"))
	}, patient, 100*time.Millisecond)
}
