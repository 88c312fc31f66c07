package status

import (
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/telemetry"
)

// The times that are looked back. Metrics are in minutes, and the current one counts.
const (
	throughputFor   = 5 * time.Minute
	failuresFor     = 15 * time.Minute
	conservationFor = time.Hour
	oldestFor       = 10 * time.Minute
)

// measures are what CloudWatch says of one destination.
type measures struct {
	eventsPerSecond float64
	failures        map[failure.Code]int64
	conservation    Conservation
	oldest          *int64
}

func (m measures) tell(d *Destination) {
	d.EventsPerSecond, d.Conservation, d.Backlog.OldestSeconds = m.eventsPerSecond, m.conservation, m.oldest
	if d.Backlog.Visible == 0 && d.Backlog.InFlight == 0 {
		d.Backlog.OldestSeconds = nil // the metric lags behind the queue
	}
	if m.failures != nil {
		d.Failures = m.failures
	}
}

// query is one metric of a destination, and what its values say.
type query struct {
	destination string
	metric      types.Metric
	statistic   string
	back        time.Duration
	take        func(m *measures, points []point)
}

type point struct {
	at    time.Time
	value float64
}

// measure asks CloudWatch for all destinations at once.
func measure(ctx context.Context, p *place.Place, names []string, now time.Time) (map[string]measures, error) {
	var queries []query
	all := map[string]*measures{}
	for _, name := range names {
		all[name] = &measures{failures: map[failure.Code]int64{}}
		queries = append(queries, queriesOf(p, name, now)...)
	}
	for some := range slices.Chunk(queries, maxQueries) {
		values, err := ask(ctx, p.CloudWatch, some, now)
		if err != nil {
			return nil, err
		}
		for i, q := range some {
			q.take(all[q.destination], values[i])
		}
	}
	result := make(map[string]measures, len(all))
	for name, m := range all {
		c := &m.conservation
		c.Exact = c.Imbalance == 0 && c.Off() == 0
		result[name] = *m
	}
	return result, nil
}

// Oldest is the age of the oldest message in a destination's queue; 0 where CloudWatch has no value of it.
func Oldest(ctx context.Context, p *place.Place, name string, now time.Time) (time.Duration, error) {
	measured, err := measure(ctx, p, []string{name}, now)
	if err != nil {
		return 0, err
	}
	return time.Duration(aws.ToInt64(measured[name].oldest)) * time.Second, nil
}

func queriesOf(p *place.Place, name string, now time.Time) []query {
	ours := []types.Dimension{dimension("Destination", name), dimension("Environment", p.Environment)}
	sum := func(metric string, back time.Duration, take func(m *measures, total float64)) query {
		return query{
			name,
			types.Metric{Namespace: aws.String(telemetry.Namespace), MetricName: &metric, Dimensions: ours},
			"Sum", back,
			func(m *measures, points []point) { take(m, total(points)) },
		}
	}
	count := func(metric string, field func(m *measures) *int64) query {
		return sum(metric, conservationFor, func(m *measures, total float64) { *field(m) = int64(math.Round(total)) })
	}
	all := []query{
		sum("EventsWritten", throughputFor, func(m *measures, total float64) {
			m.eventsPerSecond = total / now.Sub(begin(now, throughputFor)).Seconds()
		}),
		count("Imbalance", func(m *measures) *int64 { return &m.conservation.Imbalance }),
		count("RecordsRead", func(m *measures) *int64 { return &m.conservation.Read }),
		count("EventsWritten", func(m *measures) *int64 { return &m.conservation.Written }),
		count("RecordsQuarantined", func(m *measures) *int64 { return &m.conservation.Quarantined }),
		{
			name, types.Metric{
				Namespace: aws.String("AWS/SQS"), MetricName: aws.String("ApproximateAgeOfOldestMessage"),
				Dimensions: []types.Dimension{dimension("QueueName", path.Base(p.Destinations[name].QueueURL))},
			}, "Maximum", oldestFor, func(m *measures, points []point) {
				if len(points) > 0 {
					last := slices.MaxFunc(points, func(a, b point) int { return a.at.Compare(b.at) })
					m.oldest = aws.Int64(int64(math.Round(last.value)))
				}
			},
		},
	}
	for _, code := range failure.Codes() {
		q := sum("Failures", failuresFor, func(m *measures, total float64) {
			if total > 0 {
				m.failures[code] = int64(math.Round(total))
			}
		})
		q.metric.Dimensions = append(slices.Clip(q.metric.Dimensions), dimension("Code", string(code)))
		all = append(all, q)
	}
	return all
}

// The limits of GetMetricData (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
const maxQueries = 500

const periodSeconds = 60

// ask returns the values of each query, of its own time.
func ask(ctx context.Context, client place.CloudWatch, queries []query, now time.Time) ([][]point, error) {
	in := &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(begin(now, conservationFor)), EndTime: aws.Time(now.Add(time.Second)),
		MetricDataQueries: make([]types.MetricDataQuery, len(queries)),
	}
	for i, q := range queries {
		in.MetricDataQueries[i] = types.MetricDataQuery{
			Id:         aws.String("q" + strconv.Itoa(i)),
			MetricStat: &types.MetricStat{Metric: &q.metric, Period: aws.Int32(periodSeconds), Stat: &q.statistic},
		}
	}
	values := make([][]point, len(queries))
	for pages := cloudwatch.NewGetMetricDataPaginator(client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("ask for the metrics: %w", err)
		}
		for _, r := range page.MetricDataResults {
			var i int
			if _, err := fmt.Sscanf(aws.ToString(r.Id), "q%d", &i); err != nil || i < 0 || i >= len(queries) {
				return nil, fmt.Errorf("CloudWatch answers a query %q that nobody asked", aws.ToString(r.Id))
			}
			for n := range min(len(r.Timestamps), len(r.Values)) {
				if at := r.Timestamps[n]; !at.Before(begin(now, queries[i].back)) {
					values[i] = append(values[i], point{at, r.Values[n]})
				}
			}
		}
	}
	return values, nil
}

// begin is the minute from which a time is looked back.
func begin(now time.Time, back time.Duration) time.Time { return now.Truncate(time.Minute).Add(-back) }

func total(points []point) (sum float64) {
	for _, p := range points {
		sum += p.value
	}
	return sum
}

func dimension(name, value string) types.Dimension {
	return types.Dimension{Name: &name, Value: &value}
}
