package status

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/oncall/place"
)

// Alarm is an alarm in ALARM.
type Alarm struct {
	Name string `json:"name"`
	// Destination is empty for one that is about none of them, Kind is the rest of the name.
	Destination string    `json:"destination,omitempty"`
	Kind        string    `json:"kind"`
	Since       time.Time `json:"since"`
	// Means, Run and Runbook are what the alarm's description says.
	Means   string `json:"means,omitempty"`
	Run     string `json:"run,omitempty"`
	Runbook string `json:"runbook,omitempty"`
}

// alarms are those of the destinations in ALARM, and those of no destination. Composite alarms say nothing that those that
// they consist of do not say.
func alarms(ctx context.Context, p *place.Place, names []string) ([]Alarm, error) {
	pages := cloudwatch.NewDescribeAlarmsPaginator(p.CloudWatch, &cloudwatch.DescribeAlarmsInput{
		AlarmNamePrefix: &p.AlarmPrefix, StateValue: types.StateValueAlarm, AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm},
	})
	wanted := map[string]bool{"": true}
	for _, name := range names {
		wanted[name] = true
	}
	all := []Alarm{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("ask for the alarms: %w", err)
		}
		for _, m := range page.MetricAlarms {
			// An emulator may know no filters.
			if m.StateValue != types.StateValueAlarm || !strings.HasPrefix(aws.ToString(m.AlarmName), p.AlarmPrefix) {
				continue
			}
			a := describe(aws.ToString(m.AlarmDescription))
			a.Name, a.Since = aws.ToString(m.AlarmName), since(m)
			var ours bool
			a.Destination, a.Kind, ours = about(strings.TrimPrefix(a.Name, p.AlarmPrefix), p.Deployment)
			if ours && wanted[a.Destination] {
				all = append(all, a)
			}
		}
	}
	return all, nil
}

func since(m types.MetricAlarm) time.Time {
	if m.StateTransitionedTimestamp != nil {
		return m.StateTransitionedTimestamp.UTC()
	}
	return aws.ToTime(m.StateUpdatedTimestamp).UTC()
}

// about says which destination a name without its prefix is about, the longest that it begins with, and whether it is an alarm of the
// environment at all: dev-ann's begin as dev's do.
func about(name string, d *deployment.Deployment) (destination, kind string, ours bool) {
	named := d.Alarms != nil
	kind, ours = name, !named || slices.Contains(d.Alarms, name)
	for other, its := range d.Destinations {
		rest, ok := strings.CutPrefix(name, other+"-")
		if ok && len(other) > len(destination) && (!named || slices.Contains(its.Alarms, rest)) {
			destination, kind, ours = other, rest, true
		}
	}
	return destination, kind, ours
}

// describe reads an alarm's description: a line for what it means, one for the command and one for the runbook's page.
func describe(text string) Alarm {
	var a Alarm
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if run, ok := strings.CutPrefix(line, "Run: "); ok {
			a.Run = run
		} else if page, ok := strings.CutPrefix(line, "Runbook: "); ok {
			a.Runbook = page
		} else if a.Means == "" {
			a.Means = line
		}
	}
	return a
}
