package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// LockClient is what the lock asks of DynamoDB.
type LockClient interface {
	UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
}

// Executions is what is asked of Step Functions.
type Executions interface {
	StartExecution(ctx context.Context, in *sfn.StartExecutionInput, opts ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	DescribeExecution(ctx context.Context, in *sfn.DescribeExecutionInput, opts ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
}

var (
	_ LockClient = (*dynamodb.Client)(nil)
	_ Executions = (*sfn.Client)(nil)
)

// lock keeps automatic replays of one destination from running beside each other, and the time before which none should
// begin. It is an item of the ledger's table:
//
//	id replay#<destination>, owner (an execution's ARN, or nothing), not_before (milliseconds), expires
//
// It has no lease: an owner that runs no more, however it ended, has lost it at once.
type lock struct {
	client     LockClient
	executions Executions
	table      string
	now        func() time.Time
}

func (s *Steps) lock(t Target) lock {
	return lock{client: s.Locks, executions: s.Executions, table: t.LedgerTable, now: s.Now}
}

// lockRetention is when an item that nobody touches is forgotten.
const lockRetention = 30 * 24 * time.Hour

// take makes an execution the owner, if it is not yet, unless another owner runs. It says before when nothing should be done.
func (l lock) take(ctx context.Context, destination, execution string) (notBefore time.Time, mine bool, err error) {
	gone := execution
	for {
		out, err := l.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &l.table, Key: lockKey(destination),
			UpdateExpression:         aws.String("SET #owner = :me, expires = :expires"),
			ConditionExpression:      aws.String("attribute_not_exists(#owner) OR #owner = :me OR #owner = :gone"),
			ExpressionAttributeNames: ownerName,
			ExpressionAttributeValues: map[string]types.AttributeValue{
				":me": text(execution), ":gone": text(gone), ":expires": number(l.now().Add(lockRetention).Unix()),
			},
			ReturnValues: types.ReturnValueAllNew,
		})
		if err == nil {
			return time.UnixMilli(numberOf(out.Attributes["not_before"])), true, nil
		}
		if !refused(err) {
			return time.Time{}, false, fmt.Errorf("take the lock of %s: %w", destination, err)
		}
		owner, err := l.owner(ctx, destination)
		if err != nil {
			return time.Time{}, false, err
		}
		if owner == "" || owner == gone {
			continue // it was released, or somebody else was quicker and is gone again
		}
		runs, err := l.runs(ctx, owner)
		if err != nil || runs {
			return time.Time{}, false, err
		}
		gone = owner
	}
}

// pass lets the lock go, to another execution if one is named. Who does not own it any more changes nothing.
func (l lock) pass(ctx context.Context, destination, execution, to string, notBefore time.Time) error {
	update, values := "SET not_before = :at, expires = :expires REMOVE #owner", map[string]types.AttributeValue{
		":me": text(execution), ":to": text(to), ":at": number(notBefore.UnixMilli()),
		":expires": number(l.now().Add(lockRetention).Unix()),
	}
	condition := "#owner = :me"
	if to == "" {
		delete(values, ":to")
	} else {
		update = "SET #owner = :to, not_before = :at, expires = :expires"
		condition += " OR #owner = :to" // a second time
	}
	_, err := l.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table, Key: lockKey(destination), UpdateExpression: &update, ConditionExpression: &condition,
		ExpressionAttributeNames: ownerName, ExpressionAttributeValues: values,
	})
	if err != nil && !refused(err) {
		return fmt.Errorf("pass the lock of %s on: %w", destination, err)
	}
	return nil
}

func (l lock) owner(ctx context.Context, destination string) (string, error) {
	out, err := l.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &l.table, Key: lockKey(destination), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return "", fmt.Errorf("look at the lock of %s: %w", destination, err)
	}
	if owner, ok := out.Item["owner"].(*types.AttributeValueMemberS); ok {
		return owner.Value, nil
	}
	return "", nil
}

// runs says whether an execution is still there to let the lock go.
func (l lock) runs(ctx context.Context, execution string) (bool, error) {
	out, err := l.executions.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
	if _, ok := errors.AsType[*sfntypes.ExecutionDoesNotExist](err); ok {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("ask what became of %s: %w", execution, err)
	}
	return out.Status == sfntypes.ExecutionStatusRunning, nil
}

// ownerName stands for the attribute owner, which is a reserved word in expressions.
var ownerName = map[string]string{"#owner": "owner"}

func lockKey(destination string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": text("replay#" + destination)}
}

func refused(err error) bool {
	_, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	return ok
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func numberOf(v types.AttributeValue) int64 {
	n, ok := v.(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	i, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return 0 // nobody else writes it
	}
	return i
}
