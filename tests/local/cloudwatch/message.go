package cloudwatch

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/rumline/rumline/tests/local/eventbridge"
)

// change is an alarm that goes from one state to another. The alarm still has the former one.
type change struct {
	alarm types.MetricAlarm
	verdict
	at time.Time
}

// subject is that of the mail that CloudWatch has SNS send.
func (c change) subject() string {
	subject := fmt.Sprintf("%s: %q in %s", c.state, aws.ToString(c.alarm.AlarmName), regionName)
	return subject[:min(len(subject), maxSubject)]
}

const (
	regionName = "US East (N. Virginia)"
	maxSubject = 100
)

// message is what CloudWatch publishes to a topic.
func (c change) message() (string, error) {
	a := c.alarm
	text, err := json.Marshal(map[string]any{
		"AlarmName": a.AlarmName, "AlarmDescription": a.AlarmDescription, "AWSAccountId": eventbridge.Account,
		"AlarmConfigurationUpdatedTimestamp": stamp(aws.ToTime(a.AlarmConfigurationUpdatedTimestamp)),
		"NewStateValue":                      c.state, "NewStateReason": c.reason, "StateChangeTime": stamp(c.at),
		"Region": regionName, "AlarmArn": a.AlarmArn, "OldStateValue": a.StateValue,
		"OKActions": list(a.OKActions), "AlarmActions": list(a.AlarmActions), "InsufficientDataActions": list(a.InsufficientDataActions),
		"Trigger": trigger(a),
	})
	if err != nil {
		return "", fmt.Errorf("message of alarm %s: %w", aws.ToString(a.AlarmName), err)
	}
	return string(text), nil
}

// stamp writes a time as alarms do.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000-0700") }

func list(values []string) []string { return append([]string{}, values...) }

func trigger(a types.MetricAlarm) map[string]any {
	t := map[string]any{
		"Period": aws.ToInt32(a.Period), "EvaluationPeriods": aws.ToInt32(a.EvaluationPeriods), "ComparisonOperator": a.ComparisonOperator,
		"Threshold": aws.ToFloat64(a.Threshold), "TreatMissingData": aws.ToString(a.TreatMissingData),
		"EvaluateLowSampleCountPercentile": aws.ToString(a.EvaluateLowSampleCountPercentile),
	}
	if a.DatapointsToAlarm != nil {
		t["DatapointsToAlarm"] = *a.DatapointsToAlarm
	}
	if len(a.Metrics) == 0 {
		t["MetricName"], t["Namespace"], t["Dimensions"] = a.MetricName, a.Namespace, messageDimensions(a.Dimensions)
		t["Unit"] = nil
		if a.Unit != "" {
			t["Unit"] = a.Unit
		}
		if a.Statistic != "" {
			t["StatisticType"], t["Statistic"] = "Statistic", strings.ToUpper(string(a.Statistic))
		} else {
			t["StatisticType"], t["ExtendedStatistic"] = "ExtendedStatistic", aws.ToString(a.ExtendedStatistic)
		}
		return t
	}
	metrics := make([]map[string]any, len(a.Metrics))
	for i, q := range a.Metrics {
		m := map[string]any{"Id": aws.ToString(q.Id), "ReturnData": q.ReturnData == nil || *q.ReturnData}
		if q.Label != nil {
			m["Label"] = *q.Label
		}
		if q.Expression != nil && *q.Expression != "" {
			m["Expression"] = *q.Expression
		}
		if s := q.MetricStat; s != nil && s.Metric != nil {
			m["MetricStat"] = map[string]any{
				"Metric": map[string]any{
					"Namespace": aws.ToString(s.Metric.Namespace), "MetricName": aws.ToString(s.Metric.MetricName),
					"Dimensions": messageDimensions(s.Metric.Dimensions),
				},
				"Period": aws.ToInt32(s.Period), "Stat": aws.ToString(s.Stat),
			}
		}
		metrics[i] = m
	}
	t["Metrics"] = metrics
	return t
}

// messageDimensions are in small letters here, and only here.
func messageDimensions(dimensions []types.Dimension) []map[string]string {
	out := []map[string]string{}
	for _, d := range dimensions {
		out = append(out, map[string]string{"name": aws.ToString(d.Name), "value": aws.ToString(d.Value)})
	}
	return out
}

// event is what CloudWatch puts on the default bus
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html).
func (c change) event(region string) (eventbridge.Event, error) {
	a := c.alarm
	var metrics []map[string]any
	for _, q := range queries(a) {
		m := map[string]any{"id": aws.ToString(q.Id), "returnData": q.ReturnData == nil || *q.ReturnData}
		if q.Expression != nil && *q.Expression != "" {
			m["expression"] = *q.Expression
		}
		if s := q.MetricStat; s != nil && s.Metric != nil {
			dimensions := map[string]string{}
			for _, d := range s.Metric.Dimensions {
				dimensions[aws.ToString(d.Name)] = aws.ToString(d.Value)
			}
			m["metricStat"] = map[string]any{
				"metric": map[string]any{
					"namespace": aws.ToString(s.Metric.Namespace), "name": aws.ToString(s.Metric.MetricName), "dimensions": dimensions,
				},
				"period": aws.ToInt32(s.Period), "stat": aws.ToString(s.Stat),
			}
		}
		metrics = append(metrics, m)
	}
	event, err := eventbridge.NewEvent("aws.cloudwatch", "CloudWatch Alarm State Change", region, aws.ToString(a.AlarmArn), c.at, map[string]any{
		"alarmName": a.AlarmName,
		"state":     map[string]any{"value": c.state, "reason": c.reason, "timestamp": stamp(c.at)},
		"previousState": map[string]any{
			"value": a.StateValue, "reason": aws.ToString(a.StateReason), "timestamp": stamp(aws.ToTime(a.StateUpdatedTimestamp)),
		},
		"configuration": map[string]any{"description": aws.ToString(a.AlarmDescription), "metrics": metrics},
	})
	if err != nil {
		return event, fmt.Errorf("alarm %s: %w", aws.ToString(a.AlarmName), err)
	}
	return event, nil
}
