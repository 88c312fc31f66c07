package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/require"
)

// unheard are metrics of alarms that nothing in these tests makes anybody emit: each needs its own failure.
var unheard = []string{}

// requireMetricsOfAlarms: no alarm waits for a metric that nobody emits, or that is called something else.
func (p *pipeline) requireMetricsOfAlarms(t *testing.T) {
	emitted := map[string]bool{}
	metrics := cloudwatch.NewListMetricsPaginator(p.cloud, &cloudwatch.ListMetricsInput{})
	for metrics.HasMorePages() {
		page, err := metrics.NextPage(t.Context())
		require.NoError(t, err)
		for _, m := range page.Metrics {
			emitted[metricName(m)] = true
		}
	}
	alarms := 0
	var silent []string
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
				if name := metricName(*q.MetricStat.Metric); !emitted[name] && !slices.Contains(silent, name) {
					silent = append(silent, name)
				}
			}
		}
	}
	require.Greater(t, alarms, 40)
	slices.Sort(silent)
	require.Equal(t, unheard, silent)
}

// metricName is a metric's whole name: its dimensions are a part of it.
func metricName(m types.Metric) string {
	var dimensions []string
	for _, d := range m.Dimensions {
		dimensions = append(dimensions, aws.ToString(d.Name)+"="+aws.ToString(d.Value))
	}
	slices.Sort(dimensions)
	return fmt.Sprintf("%s %s %s", aws.ToString(m.Namespace), aws.ToString(m.MetricName), strings.Join(dimensions, " "))
}
