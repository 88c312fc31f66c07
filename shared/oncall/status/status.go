// Package status says how an environment is: of every destination what waits, what flows, what fails and whether anything was
// lost, and what to do about it.
package status

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/mapping"
	"github.com/rumline/rumline/shared/oncall/place"
)

// Status is how an environment is.
type Status struct {
	Workspace   string    `json:"workspace"`
	Environment string    `json:"environment"`
	At          time.Time `json:"at"`
	// Well says that there are no Problems.
	Well         bool          `json:"well"`
	Problems     []Problem     `json:"problems"`
	Destinations []Destination `json:"destinations"`
	// Alarms are those in ALARM.
	Alarms []Alarm `json:"alarms"`
}

// Problem is something that somebody should see to.
type Problem struct {
	Destination string `json:"destination,omitempty"`
	What        string `json:"what"`
	// Run is the command to begin with.
	Run string `json:"run"`
}

// Destination is how one destination is.
type Destination struct {
	Name    string  `json:"name"`
	Backlog Backlog `json:"backlog"`
	// DeadLetters are the messages in the dead-letter queue, hidden ones included.
	DeadLetters int64 `json:"dead_letters"`
	// EventsPerSecond is what was written in the last five minutes.
	EventsPerSecond float64 `json:"events_per_second"`
	// Failures are those of the last 15 minutes, by code.
	Failures     map[failure.Code]int64 `json:"failures"`
	Breaker      Breaker                `json:"breaker"`
	Replays      []Replay               `json:"replays"`
	Conservation Conservation           `json:"conservation"`
	// Alarms are the kinds of its alarms that are in ALARM.
	Alarms []string `json:"alarms"`
}

// Backlog is what waits in a destination's queue.
type Backlog struct {
	Visible  int64 `json:"visible"`
	InFlight int64 `json:"in_flight"`
	// OldestSeconds is the age of the oldest message; null where there is none, or CloudWatch has no value of it.
	OldestSeconds *int64 `json:"oldest_seconds"`
}

// Conservation says whether what was read in the last hour is what was written and quarantined.
type Conservation struct {
	// Exact says that Imbalance is 0, and Read is Written and Quarantined.
	Exact bool `json:"exact"`
	// Imbalance is by how much the invocations' own equations do not hold, in total.
	Imbalance   int64 `json:"imbalance"`
	Read        int64 `json:"read"`
	Written     int64 `json:"written"`
	Quarantined int64 `json:"quarantined"`
}

// Off is by how much records do not add up.
func (c Conservation) Off() int64 { return c.Read - c.Written - c.Quarantined }

// Of asks how the destinations of an environment are.
func Of(ctx context.Context, p *place.Place, names []string, now time.Time) (*Status, error) {
	s := &Status{
		Workspace: p.Workspace, Environment: p.Environment, At: now.UTC().Truncate(time.Second),
		Problems: []Problem{}, Destinations: make([]Destination, len(names)), Alarms: []Alarm{},
	}
	var (
		measured map[string]measures
		breakers map[string]execution
		replays  map[string][]Replay
	)
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(requestsAtOnce)
	group.Go(func() (err error) {
		measured, err = measure(each, p, names, now)
		return err
	})
	group.Go(func() (err error) {
		breakers, err = openBreakers(each, p)
		return err
	})
	group.Go(func() (err error) {
		replays, err = runningReplays(each, p)
		return err
	})
	group.Go(func() (err error) {
		s.Alarms, err = alarms(each, p, names)
		return err
	})
	states := make([]string, len(names))
	for i, name := range names {
		group.Go(func() (err error) {
			s.Destinations[i], states[i], err = look(each, p, name, p.Destinations[name])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err //nolint:wrapcheck // errors of our own
	}
	for i, name := range names {
		d := &s.Destinations[i]
		measured[name].tell(d)
		d.Breaker = breaker(states[i], breakers[name])
		d.Replays = append(d.Replays, replays[name]...)
		for _, a := range s.Alarms {
			if a.Destination == name {
				d.Alarms = append(d.Alarms, a.Kind)
			}
		}
	}
	s.judge()
	return s, nil
}

// requestsAtOnce bounds the requests that are made at a time.
const requestsAtOnce = 8

// look asks for what the destination's own queues and mapping say.
func look(ctx context.Context, p *place.Place, name string, d deployment.Destination) (Destination, string, error) {
	one := Destination{Name: name, Failures: map[failure.Code]int64{}, Replays: []Replay{}, Alarms: []string{}}
	var err error
	if one.Backlog.Visible, one.Backlog.InFlight, err = depth(ctx, p.SQS, d.QueueURL); err != nil {
		return one, "", err
	}
	visible, hidden, err := depth(ctx, p.SQS, d.DLQURL)
	if err != nil {
		return one, "", err
	}
	one.DeadLetters = visible + hidden
	state, err := mapping.State(ctx, p.Lambda, d.Mapping)
	return one, state, err
}
