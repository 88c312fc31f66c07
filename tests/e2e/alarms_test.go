package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/require"
)

// unheard are the metrics of alarms that nobody emits here, whosever they are: each needs a failure that these tests do
// not make.
var unheard = []string{
	"AWS/States ExecutionsAborted StateMachineArn",
	"AWS/States ExecutionsFailed StateMachineArn",
	"AWS/States ExecutionsTimedOut StateMachineArn",
	"Rumline Failures Code=destination_refused Destination Environment=local",
	"Rumline Failures Code=ledger_refused Destination Environment=local",
	"Rumline Failures Code=object_denied Destination Environment=local",
	"Rumline Failures Code=quarantine_refused Destination Environment=local",
}

// heardOnce are those that some destinations emit here, and not all: what failed were not all.
var heardOnce = []string{
	"Rumline BreakerOpen Destination Environment=local",
	"Rumline Failures Code=malformed_message Destination Environment=local",
	"Rumline Failures Code=object_missing Destination Environment=local",
	"Rumline ReplayGaveUp Destination Environment=local",
}

// requireMetricsOfAlarms: no alarm waits for a metric that nobody emits, or that is called something else.
func (p *pipeline) requireMetricsOfAlarms(t *testing.T) {
	emitted, kinds := map[string]bool{}, map[string]bool{}
	metrics := cloudwatch.NewListMetricsPaginator(p.cloud, &cloudwatch.ListMetricsInput{})
	for metrics.HasMorePages() {
		page, err := metrics.NextPage(t.Context())
		require.NoError(t, err)
		for _, m := range page.Metrics {
			emitted[nameOf(m)], kinds[nameOf(m, "Destination", "StateMachineArn")] = true, true
		}
	}
	alarms, silent := 0, map[string]bool{}
	pages := cloudwatch.NewDescribeAlarmsPaginator(p.cloud, &cloudwatch.DescribeAlarmsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, a := range page.MetricAlarms {
			alarms++
			for _, q := range a.Metrics {
				if q.MetricStat == nil {
					continue
				}
				kind := nameOf(*q.MetricStat.Metric, "Destination", "StateMachineArn")
				heard := emitted[nameOf(*q.MetricStat.Metric)] || kinds[kind] && slices.Contains(heardOnce, kind)
				if !heard {
					silent[kind] = true
				}
			}
		}
	}
	require.Greater(t, alarms, 40)
	require.Equal(t, unheard, slices.Sorted(maps.Keys(silent)))
}

// nameOf is a metric's whole name: its dimensions are a part of it. Of some, values are left out.
func nameOf(m types.Metric, valueless ...string) string {
	words := []string{aws.ToString(m.Namespace), aws.ToString(m.MetricName)}
	var dimensions []string
	for _, d := range m.Dimensions {
		word := aws.ToString(d.Name)
		if !slices.Contains(valueless, word) {
			word += "=" + aws.ToString(d.Value)
		}
		dimensions = append(dimensions, word)
	}
	slices.Sort(dimensions)
	return strings.Join(append(words, dimensions...), " ")
}
