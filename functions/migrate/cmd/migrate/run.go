package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/migrations"
	"github.com/rumline/rumline/functions/migrate/command"
)

func run(ctx context.Context, dsn string, args []string, out io.Writer) error {
	do, err := parse(args)
	if err != nil {
		return err
	}
	server, secrets, err := connection.Find(ctx, dsn)
	if err != nil {
		return fmt.Errorf("finding the server: %w", err)
	}
	options, err := server.Options(ctx, secrets)
	if err != nil {
		return fmt.Errorf("finding the server: %w", err)
	}
	return do(ctx, migrations.Schema{Server: options, Topology: server.Topology}, out)
}

type action func(context.Context, migrations.Schema, io.Writer) error

func parse(args []string) (action, error) {
	switch {
	case slices.Equal(args, []string{command.Up}):
		return up, nil
	case slices.Equal(args, []string{command.Status}):
		return status, nil
	case len(args) == 3 && args[0] == "keep":
		events, wrongEvents := strconv.Atoi(args[1])
		rollup, wrongRollup := strconv.Atoi(args[2])
		if err := errors.Join(wrongEvents, wrongRollup); err != nil {
			return nil, fmt.Errorf("keep wants two numbers of days: %w", err)
		}
		return func(ctx context.Context, s migrations.Schema, _ io.Writer) error {
			return s.SetRetention(ctx, migrations.Retention{EventDays: events, RollupDays: rollup})
		}, nil
	default:
		return nil, errors.New(usage)
	}
}

func up(ctx context.Context, s migrations.Schema, out io.Writer) error {
	answer, err := command.Run(ctx, s, command.Event{Command: command.Up})
	list(out, "applied", answer.New)
	if err == nil && len(answer.New) == 0 {
		fmt.Fprintln(out, "the schema is up to date")
	}
	return err
}

func status(ctx context.Context, s migrations.Schema, out io.Writer) error {
	answer, err := command.Run(ctx, s, command.Event{Command: command.Status})
	list(out, "applied", answer.Applied)
	list(out, "pending", answer.Pending)
	return err
}

func list(out io.Writer, state string, names []string) {
	for _, name := range names {
		fmt.Fprintln(out, state, name)
	}
}
