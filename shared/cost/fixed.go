package cost

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/rumline/rumline/shared/telemetry"
)

// What an environment has, whatever it delivers (terraform/modules/observability and destination).
const (
	// alarmMetricsOfDestination are the metrics that a destination's alarms look at, alarmMetricsOfAll those of the others.
	alarmMetricsOfDestination = 24
	alarmMetricsOfAll         = 10
	compositesOfAll           = 1 // and one for each destination
	secretsOfAll              = 1 // Slack's webhook

	// An event source mapping keeps at least five long polls of 20 s open
	// (docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
	pollers     = 5
	pollSeconds = 20
)

// fixed is what an environment costs without an event.
func fixed(p Prices) []Line {
	destinations := float64(len(mappings))
	metrics := destinations * float64(metricsOfDestination())
	alarms := destinations*alarmMetricsOfDestination + alarmMetricsOfAll
	composites := destinations + compositesOfAll
	secrets := float64(secretsOfAll)
	for _, m := range mappings {
		secrets += m.secrets
	}
	return []Line{
		{What: "CloudWatch: custom metrics", Quantity: metrics, Unit: "metrics", USD: metrics * p.MetricMonth},
		{What: "CloudWatch: metrics under alarm", Quantity: alarms, Unit: "metrics", USD: alarms * p.AlarmMetricMonth},
		{What: "CloudWatch: composite alarms", Quantity: composites, Unit: "alarms", USD: composites * p.CompositeAlarmMonth},
		{What: "CloudWatch: dashboard", Quantity: 1, Unit: "dashboards", USD: p.DashboardMonth},
		{What: "Secrets Manager", Quantity: secrets, Unit: "secrets", USD: secrets * p.SecretMonth},
		requests("SQS: empty polls", destinations*pollers*secondsPerMonth/pollSeconds, p.SQSRequestsPerMillion),
	}
}

// metricsOfDestination counts the metrics that a function writes, in what it writes.
func metricsOfDestination() int {
	var line bytes.Buffer
	emitter := telemetry.NewEmitter(&line, "", "", func() time.Time { return time.Time{} })
	if err := emitter.Emit(telemetry.Metrics{}); err != nil {
		panic(err) // it writes to memory
	}
	var emf struct {
		AWS struct {
			CloudWatchMetrics []struct{ Metrics []json.RawMessage }
		} `json:"_aws"`
	}
	if err := json.Unmarshal(line.Bytes(), &emf); err != nil {
		panic(err) // it is telemetry's own line
	}
	n := 0
	for _, directive := range emf.AWS.CloudWatchMetrics {
		n += len(directive.Metrics)
	}
	return n
}
