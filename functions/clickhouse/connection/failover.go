package connection

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// dialFairly tries the hosts in the order that the DSN asks for, until one answers. Each gets its share of the time that is
// left: a host that is silent, where one that is down would refuse, must not use up the others' time. (The driver's own
// strategies give the first all of it.)
func dialFairly(ctx context.Context, connection int, o *clickhouse.Options, dial clickhouse.Dial) (clickhouse.DialResult, error) {
	var failures []error
	start := first(connection, o)
	for i := range o.Addr {
		address := o.Addr[(start+i)%len(o.Addr)]
		result, err := dialWithin(ctx, share(ctx, o, len(o.Addr)-i), address, o, dial)
		if err == nil {
			return result, nil
		}
		failures = append(failures, fmt.Errorf("%s: %w", address, err))
		if ctx.Err() != nil {
			break
		}
	}
	return clickhouse.DialResult{}, errors.Join(failures...)
}

// first is the index of the host to begin with.
func first(connection int, o *clickhouse.Options) int {
	switch o.ConnOpenStrategy {
	case clickhouse.ConnOpenRoundRobin:
		return connection
	case clickhouse.ConnOpenRandom:
		return rand.IntN(len(o.Addr)) //nolint:gosec // any will do
	default:
		return 0
	}
}

func share(ctx context.Context, o *clickhouse.Options, hosts int) time.Duration {
	left := o.DialTimeout
	if deadline, ok := ctx.Deadline(); ok {
		left = min(left, time.Until(deadline))
	}
	return left / time.Duration(hosts)
}

func dialWithin(ctx context.Context, within time.Duration, address string, o *clickhouse.Options, dial clickhouse.Dial) (clickhouse.DialResult, error) {
	// Who connects asks the server a question of its own, which the settings of the call are not meant for.
	ctx, cancel := context.WithTimeout(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{})), within)
	defer cancel()
	host := *o
	host.DialTimeout = within // of the native protocol's hello, which does not ask the context
	return dial(ctx, address, &host)
}
