package cloudwatch

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// metricID is the id of the one metric of an alarm that does no math.
const metricID = "m"

// series are the values of a metric by the times at which their periods begin.
type series map[time.Time]float64

// queries are what an alarm is computed of: its metrics and its expressions, one of which it watches.
func queries(a types.MetricAlarm) []types.MetricDataQuery {
	if len(a.Metrics) > 0 {
		return a.Metrics
	}
	return []types.MetricDataQuery{{
		Id: aws.String(metricID), ReturnData: aws.Bool(true),
		MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: a.Namespace, MetricName: a.MetricName, Dimensions: a.Dimensions},
			Period: a.Period, Unit: a.Unit,
			Stat: aws.String(cmp.Or(string(a.Statistic), aws.ToString(a.ExtendedStatistic))),
		},
	}}
}

// period is how long an alarm's periods are. All its metrics have to agree.
func period(a types.MetricAlarm) (time.Duration, error) {
	var seconds int32
	for _, q := range queries(a) {
		own := aws.ToInt32(q.Period)
		if q.MetricStat != nil {
			own = aws.ToInt32(q.MetricStat.Period)
		}
		switch {
		case own == 0 || own == seconds:
		case seconds == 0:
			seconds = own
		default:
			return 0, fmt.Errorf("its metrics have periods of %d s and of %d s: that is not known here", seconds, own)
		}
	}
	if seconds == 0 {
		return 0, errors.New("it has no period")
	}
	return time.Duration(seconds) * time.Second, nil
}

// compute computes an alarm's values at the given times, NaN where there is none, of the values of its metrics by their ids.
func compute(a types.MetricAlarm, metrics map[string]series, times []time.Time) ([]float64, error) {
	all := queries(a)
	watched := slices.IndexFunc(all, func(q types.MetricDataQuery) bool { return q.ReturnData == nil || *q.ReturnData })
	if watched < 0 {
		return nil, errors.New("none of its metrics returns data")
	}
	c := computation{metrics: metrics, formulas: map[string]*formula{}}
	ids := make([]string, len(all))
	for i, q := range all {
		ids[i] = aws.ToString(q.Id)
	}
	for _, q := range all {
		if q.Expression == nil || *q.Expression == "" {
			continue
		}
		f, err := parseFormula(*q.Expression, ids)
		if err != nil {
			return nil, err
		}
		c.formulas[*q.Id] = f
	}
	values := make([]float64, len(times))
	for i, at := range times {
		var err error
		if values[i], err = c.value(ids[watched], at, nil); err != nil {
			return nil, err
		}
	}
	return values, nil
}

type computation struct {
	metrics  map[string]series
	formulas map[string]*formula
}

// value is that of an id at a time. within are the ids that need it.
func (c computation) value(id string, at time.Time, within []string) (float64, error) {
	if slices.Contains(within, id) {
		return 0, fmt.Errorf("metric %s needs itself", id)
	}
	f := c.formulas[id]
	if f == nil {
		if v, ok := c.metrics[id][at]; ok {
			return v, nil
		}
		return math.NaN(), nil
	}
	values := map[string]float64{}
	for _, used := range f.uses {
		v, err := c.value(used, at, append(slices.Clone(within), id))
		if err != nil {
			return 0, err
		}
		values[used] = v
	}
	return f.at(values)
}

// periods are the times at which the periods begin that an alarm is evaluated on: those that are complete at now, the last
// of them n, oldest first.
func periods(now time.Time, period time.Duration, n int) []time.Time {
	end := now.Truncate(period).UTC()
	times := make([]time.Time, n)
	for i := range times {
		times[i] = end.Add(-period * time.Duration(n-i))
	}
	return times
}
