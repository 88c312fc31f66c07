package ledger_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/ledger"
)

// TestFailures: what was kept last is found, of more objects than one request takes, and of this destination's alone.
func TestFailures(t *testing.T) {
	t.Parallel()
	kept := ledger.NewFailures(client, table, destination(t))
	const objects = 230
	var (
		at       = time.UnixMilli(1_795_000_000_123)
		names    []string
		failures []ledger.Failure
	)
	for i := range objects {
		names = append(names, fmt.Sprintf("raw v%d e rum/ä %d", i, i))
		failures = append(failures, ledger.Failure{
			Object: names[i], Code: failure.ObjectMissing, Error: fmt.Sprint("missing ", i), At: at, Expires: at.Truncate(time.Second),
		})
	}
	require.NoError(t, kept.Keep(t.Context(), failures))
	failures[7].Code, failures[7].Error = failure.DestinationRefused, strings.Repeat("ä", ledger.MaxErrorBytes)
	require.NoError(t, kept.Keep(t.Context(), failures[7:8]))

	found, err := kept.Failures(t.Context(), append(names, "never failed", names[0]))
	require.NoError(t, err)
	require.Len(t, found, objects)
	failures[7].Error = strings.Repeat("ä", ledger.MaxErrorBytes/2)
	for _, want := range failures {
		got := found[want.Object]
		require.True(t, got.At.Equal(want.At) && got.Expires.Equal(want.Expires))
		got.At, got.Expires = want.At, want.Expires
		require.Equal(t, want, got)
	}
	found, err = ledger.NewFailures(client, table, "another").Failures(t.Context(), names)
	require.NoError(t, err)
	require.Empty(t, found)
}

// TestFailuresThrottled: what DynamoDB leaves out of a batch is asked for again, and what it never takes is an error.
func TestFailuresThrottled(t *testing.T) {
	t.Parallel()
	c := &throttling{Client: client, answers: 1}
	kept := ledger.NewFailures(c, table, destination(t))
	failures := []ledger.Failure{{Object: "a", Code: failure.Internal}, {Object: "b", Code: failure.Internal}}
	require.NoError(t, kept.Keep(t.Context(), failures))
	c.answers = 1
	found, err := kept.Failures(t.Context(), []string{"a", "b"})
	require.NoError(t, err)
	require.Len(t, found, 2)

	c.answers = 1 << 30
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, kept.Keep(ctx, failures))
	require.Equal(t, failure.LedgerUnavailable, failure.CodeOf(kept.Keep(t.Context(), failures)))

	_, err = ledger.NewFailures(client, "no-such-table", "d").Failures(t.Context(), []string{"a"})
	require.Equal(t, failure.LedgerRefused, failure.CodeOf(err), "%v", err)
}

// throttling leaves the last item out of so many answers.
type throttling struct {
	*dynamodb.Client
	answers int
}

// BatchWriteItem writes all but the last.
func (c *throttling) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	c.answers--
	if c.answers < 0 {
		return c.Client.BatchWriteItem(ctx, in, opts...)
	}
	all := in.RequestItems[table]
	if len(all) > 1 {
		first := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: all[:len(all)-1]}}
		if out, err := c.Client.BatchWriteItem(ctx, first, opts...); err != nil {
			return out, err
		}
	}
	return &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{table: all[len(all)-1:]}}, nil
}

// BatchGetItem gets nothing.
func (c *throttling) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	c.answers--
	if c.answers < 0 {
		return c.Client.BatchGetItem(ctx, in, opts...)
	}
	return &dynamodb.BatchGetItemOutput{UnprocessedKeys: in.RequestItems}, nil
}
