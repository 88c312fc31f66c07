package cloudwatch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/rumline/rumline/tests/local/eventbridge"
)

// alarms is what an evaluator needs of CloudWatch.
type alarms interface {
	cw.DescribeAlarmsAPIClient
	cw.GetMetricDataAPIClient
	SetAlarmState(context.Context, *cw.SetAlarmStateInput, ...func(*cw.Options)) (*cw.SetAlarmStateOutput, error)
}

// publisher is what it needs of SNS.
type publisher interface {
	Publish(context.Context, *sns.PublishInput, ...func(*sns.Options)) (*sns.PublishOutput, error)
}

// evaluator is what evaluates the alarms and acts on their changes.
type evaluator struct {
	alarms alarms
	topics publisher
	region string
	// emit takes the events of changes.
	emit func(context.Context, eventbridge.Event) error

	mu sync.Mutex // one evaluation at a time
	// evaluated is the end of the last period that was looked at, by the alarm's ARN.
	evaluated map[string]time.Time
}

// settle is how long after its end a period is looked at: what was measured in it is on its way.
const settle = 3 * time.Second

// due evaluates the alarms of which a period has ended since they were evaluated last.
func (e *evaluator) due(ctx context.Context, now time.Time) error {
	return e.run(ctx, now.Add(-settle), true)
}

// all evaluates every alarm on the periods that are complete at now.
func (e *evaluator) all(ctx context.Context, now time.Time) error { return e.run(ctx, now, false) }

// task is one alarm to evaluate.
type task struct {
	alarm   types.MetricAlarm
	period  time.Duration
	times   []time.Time
	metrics map[string]series
}

func (e *evaluator) run(ctx context.Context, now time.Time, onlyDue bool) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	tasks, err := e.tasks(ctx, now, onlyDue)
	if len(tasks) == 0 {
		return err
	}
	failures := []error{err, e.fetch(ctx, tasks)}
	if failures[1] != nil { // without its data no alarm is evaluated
		return errors.Join(failures...)
	}
	for _, t := range tasks {
		if err := e.evaluate(ctx, t, now); err != nil {
			failures = append(failures, fmt.Errorf("alarm %s: %w", aws.ToString(t.alarm.AlarmName), err))
		}
	}
	return errors.Join(failures...)
}

func (e *evaluator) tasks(ctx context.Context, now time.Time, onlyDue bool) ([]*task, error) {
	var tasks []*task
	var failures []error
	pages := cw.NewDescribeAlarmsPaginator(e.alarms, &cw.DescribeAlarmsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the alarms: %w", err)
		}
		for _, a := range page.MetricAlarms {
			length, err := period(a)
			if err != nil {
				failures = append(failures, fmt.Errorf("alarm %s: %w", aws.ToString(a.AlarmName), err))
				continue
			}
			end := now.Truncate(length)
			if onlyDue && !end.After(e.evaluated[aws.ToString(a.AlarmArn)]) {
				continue
			}
			e.evaluated[aws.ToString(a.AlarmArn)] = end
			tasks = append(tasks, &task{alarm: a, period: length, times: periods(now, length, rangeOf(a)), metrics: map[string]series{}})
		}
	}
	return tasks, errors.Join(failures...)
}

// maxQueries is how many metrics CloudWatch returns at once.
const maxQueries = 500

// fetch gets the values of all metrics of the alarms, those of one period and range together.
func (e *evaluator) fetch(ctx context.Context, tasks []*task) error {
	type window struct {
		period     time.Duration
		start, end time.Time
	}
	type query struct {
		task *task
		id   string
		ask  types.MetricDataQuery
	}
	byWindow := map[window][]query{}
	for _, t := range tasks {
		w := window{t.period, t.times[0], t.times[len(t.times)-1].Add(t.period)}
		for _, q := range queries(t.alarm) {
			if q.MetricStat != nil && q.MetricStat.Metric != nil {
				byWindow[w] = append(byWindow[w], query{t, aws.ToString(q.Id), types.MetricDataQuery{MetricStat: q.MetricStat}})
			}
		}
	}
	for w, all := range byWindow {
		for some := range slices.Chunk(all, maxQueries) {
			in := &cw.GetMetricDataInput{StartTime: aws.Time(w.start), EndTime: aws.Time(w.end)}
			for i, q := range some {
				q.ask.Id = aws.String("q" + strconv.Itoa(i))
				q.ask.ReturnData = aws.Bool(true)
				in.MetricDataQueries = append(in.MetricDataQueries, q.ask)
				q.task.metrics[q.id] = series{}
			}
			pages := cw.NewGetMetricDataPaginator(e.alarms, in)
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return fmt.Errorf("read the metrics of the alarms: %w", err)
				}
				for _, result := range page.MetricDataResults {
					i, err := strconv.Atoi(strings.TrimPrefix(aws.ToString(result.Id), "q"))
					if err != nil || i >= len(some) || len(result.Timestamps) != len(result.Values) {
						return fmt.Errorf("read the metrics of the alarms: a result %q", aws.ToString(result.Id))
					}
					for j, at := range result.Timestamps {
						some[i].task.metrics[some[i].id][at.UTC()] = result.Values[j]
					}
				}
			}
		}
	}
	return nil
}

func (e *evaluator) evaluate(ctx context.Context, t *task, now time.Time) error {
	values, err := compute(t.alarm, t.metrics, t.times)
	if err != nil {
		return err
	}
	v, err := evaluate(t.alarm, values)
	if err != nil || v.state == t.alarm.StateValue {
		return err
	}
	c := change{t.alarm, v, now}
	_, err = e.alarms.SetAlarmState(ctx, &cw.SetAlarmStateInput{
		AlarmName: t.alarm.AlarmName, StateValue: v.state, StateReason: &v.reason, StateReasonData: aws.String("{}"),
	})
	if err != nil {
		return fmt.Errorf("set its state: %w", err)
	}
	return errors.Join(e.act(ctx, c), e.announce(ctx, c))
}

// act does what the alarm says for its new state.
func (e *evaluator) act(ctx context.Context, c change) error {
	if c.alarm.ActionsEnabled != nil && !*c.alarm.ActionsEnabled {
		return nil
	}
	actions := map[types.StateValue][]string{
		types.StateValueAlarm: c.alarm.AlarmActions, types.StateValueOk: c.alarm.OKActions,
		types.StateValueInsufficientData: c.alarm.InsufficientDataActions,
	}[c.state]
	var failures []error
	for _, action := range actions {
		if !strings.Contains(action, ":sns:") {
			failures = append(failures, fmt.Errorf("action %s is not known here: topics alone are", action))
			continue
		}
		text, err := c.message()
		if err != nil {
			return err
		}
		_, err = e.topics.Publish(ctx, &sns.PublishInput{TopicArn: &action, Subject: aws.String(c.subject()), Message: &text})
		if err != nil {
			failures = append(failures, fmt.Errorf("publish to %s: %w", action, err))
		}
	}
	return errors.Join(failures...)
}

func (e *evaluator) announce(ctx context.Context, c change) error {
	event, err := c.event(e.region)
	if err != nil {
		return err
	}
	return e.emit(ctx, event)
}

// states are those of all alarms, by their names.
func (e *evaluator) states(ctx context.Context) (map[string]types.StateValue, error) {
	states := map[string]types.StateValue{}
	pages := cw.NewDescribeAlarmsPaginator(e.alarms, &cw.DescribeAlarmsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the alarms: %w", err)
		}
		maps.Insert(states, func(yield func(string, types.StateValue) bool) {
			for _, a := range page.MetricAlarms {
				if !yield(aws.ToString(a.AlarmName), a.StateValue) {
					return
				}
			}
		})
	}
	return states, nil
}
