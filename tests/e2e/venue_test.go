package e2e

import (
	"context"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rumline/rumline/shared/telemetry"
	"github.com/rumline/rumline/tests/local"
)

// venue is where a pipeline runs: the local stack, or a real account.
type venue interface {
	// Config is for clients of its AWS.
	Config(ctx context.Context) (aws.Config, error)
	// PutSecrets gives the functions their secrets.
	PutSecrets(ctx context.Context, d *local.Deployment) error
	// Depths counts messages, and Drain waits until there are none, or until none has moved for patience.
	Depths(ctx context.Context, d *local.Deployment) (map[string]local.Depth, error)
	Drain(ctx context.Context, d *local.Deployment, patience time.Duration) error
	// DSN is that of its ClickHouse.
	DSN() string
	// sums are the metrics that the functions have written since they are there, by destination.
	sums(ctx context.Context, d *local.Deployment) (map[string]telemetry.Counts, error)
}

// onStack is the local stack as a venue.
type onStack struct {
	*local.Stack
	counts *counts
}

var _ venue = onStack{}

// DSN is part of venue.
func (s onStack) DSN() string { return s.ClickHouse.DSN() }

func (s onStack) sums(context.Context, *local.Deployment) (map[string]telemetry.Counts, error) {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	return maps.Clone(s.counts.sums), nil
}
