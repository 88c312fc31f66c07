package ledger_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/ledger"
)

// counting counts the requests that pass through it.
type counting struct {
	ledger.Client
	reads, writes, requests atomic.Int64
}

func (c *counting) BatchExecuteStatement(ctx context.Context, in *dynamodb.BatchExecuteStatementInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchExecuteStatementOutput, error) {
	c.writes.Add(int64(len(in.Statements)))
	c.requests.Add(1)
	return c.Client.BatchExecuteStatement(ctx, in, opts...)
}

func (c *counting) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	c.reads.Add(1)
	return c.Client.GetItem(ctx, in, opts...)
}

func (c *counting) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	c.writes.Add(1)
	return c.Client.PutItem(ctx, in, opts...)
}

func (c *counting) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	c.writes.Add(1)
	return c.Client.UpdateItem(ctx, in, opts...)
}

func (c *counting) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	c.writes.Add(1)
	return c.Client.DeleteItem(ctx, in, opts...)
}

// TestRequests: a delivery costs a write an object, many in one request, and three a batch; a duplicate two writes an
// object and two reads a batch.
func TestRequests(t *testing.T) {
	t.Parallel()
	c := &counting{Client: client}
	l := ledger.Ledger{
		Store: ledger.NewDynamoDB(c, table, destination(t)), Lease: time.Minute, Retention: time.Hour, Concurrency: 8,
		ObjectOf: func(m string) string { return m }, Now: time.Now,
	}
	objects := make([]string, 200)
	for i := range objects {
		objects[i] = fmt.Sprint("object ", i)
	}
	claims := l.Claim(t.Context(), objects)
	require.Len(t, claims.Won, 200)
	batch, err := claims.Open(t.Context(), claims.Won, "plan")
	require.NoError(t, err)
	require.NoError(t, batch.Wrote(t.Context(), 1))
	_, err = batch.Commit(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 200+3, c.writes.Load())
	require.EqualValues(t, 200/ledger.MaxInserts, c.requests.Load())
	require.Zero(t, c.reads.Load())

	require.Len(t, l.Claim(t.Context(), objects).Done, 200)
	require.EqualValues(t, 200+3+2*200, c.writes.Load())
	require.EqualValues(t, 2, c.reads.Load())

	require.Len(t, l.Claim(t.Context(), objects[:1]).Done, 1)
	require.EqualValues(t, 200+3+2*200+1, c.writes.Load(), "a message that comes alone is not looked at twice")
}
