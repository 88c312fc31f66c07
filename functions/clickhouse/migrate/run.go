package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/migrations"
)

func run(ctx context.Context, dsn string, args []string) error {
	command, err := parse(args)
	if err != nil {
		return err
	}
	options, err := connection.Find(ctx, dsn)
	if err != nil {
		return err
	}
	return command(ctx, options)
}

type command func(context.Context, *clickhouse.Options) error

func parse(args []string) (command, error) {
	switch {
	case slices.Equal(args, []string{"up"}):
		return func(ctx context.Context, o *clickhouse.Options) error { return show(migrations.Up(ctx, o)) }, nil
	case slices.Equal(args, []string{"status"}):
		return func(ctx context.Context, o *clickhouse.Options) error { return show(migrations.Status(ctx, o)) }, nil
	case len(args) == 3 && args[0] == "keep":
		events, wrongEvents := strconv.Atoi(args[1])
		rollup, wrongRollup := strconv.Atoi(args[2])
		if err := errors.Join(wrongEvents, wrongRollup); err != nil {
			return nil, fmt.Errorf("keep wants two numbers of days: %w", err)
		}
		return func(ctx context.Context, o *clickhouse.Options) error {
			return migrations.SetRetention(ctx, o, migrations.Retention{EventDays: events, RollupDays: rollup})
		}, nil
	default:
		return nil, errors.New(usage)
	}
}

func show(listed []migrations.Migration, err error) error {
	for _, m := range listed {
		state := "pending"
		if m.Applied {
			state = "applied"
		}
		fmt.Println(state, m.Name)
	}
	if len(listed) == 0 && err == nil {
		fmt.Println("the schema is up to date")
	}
	return err
}
