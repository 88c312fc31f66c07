// Package command is what the migrations' function and the command on a machine of one's own have in common: what they are
// asked, what they do, and what they answer.
package command

import (
	"cmp"
	"context"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/migrations"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/shared/failure"
)

// The commands.
const (
	// Up applies what is pending. It may be given twice, and twice at once.
	Up = "up"
	// Status changes nothing.
	Status = "status"
)

// Event is what the function is invoked with.
type Event struct {
	Command string `json:"command"`
}

// Answer is the state of the schema after the command. The names are those of the migrations' files, in their order.
type Answer struct {
	Topology topology.Kind `json:"topology"`
	Applied  []string      `json:"applied"`
	Pending  []string      `json:"pending"`
	// New are those of Applied that this command has applied.
	New []string `json:"new"`
	// Version is that of the last migration that is applied: 0 when none is.
	Version int64 `json:"version"`
}

// Run runs a command. The answer says what is known also when there is an error, whose code says whether it is any use to
// try again.
func Run(ctx context.Context, s migrations.Schema, e Event) (Answer, error) {
	answer := Answer{
		Topology: cmp.Or(s.Topology.Kind, topology.Single),
		Applied:  []string{}, Pending: []string{}, New: []string{}, // lists in JSON, too
	}
	switch e.Command {
	case Up:
		applied, err := s.Up(ctx)
		for _, m := range applied {
			answer.New = append(answer.New, m.Name)
		}
		if err != nil {
			return answer, failure.Wrap(connection.CodeOf(err), err, "bringing the schema up to date")
		}
	case Status:
	default:
		return answer, failure.New(failure.MalformedMessage, "the command is %q: it must be %q or %q", e.Command, Up, Status)
	}
	all, err := s.Status(ctx)
	if err != nil {
		return answer, failure.Wrap(connection.CodeOf(err), err, "looking at the schema")
	}
	for _, m := range all {
		if !m.Applied {
			answer.Pending = append(answer.Pending, m.Name)
			continue
		}
		answer.Applied = append(answer.Applied, m.Name)
		answer.Version = m.Version
	}
	return answer, nil
}
