package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/rumline/rumline/shared/failure"
)

// Failure is why an object was not delivered, when it was last tried.
type Failure struct {
	Object  string
	Code    failure.Code
	Error   string // at most MaxErrorBytes of it are kept
	At      time.Time
	Expires time.Time // when it may be forgotten
}

// MaxErrorBytes bounds the text of a failure, so that keeping one costs one write unit.
const MaxErrorBytes = 640

// Failures keeps the last failure of each object of a destination, in the ledger's table. Nothing is decided by them:
// they are for people, and for the filters of a replay. An object that is delivered in the end leaves its last failure
// behind until it expires.
//
// Keeping one costs a write, and nothing where nothing fails.
type Failures struct {
	client      FailuresClient
	table       string
	destination string
}

// FailuresClient is what Failures asks of the SDK's client.
type FailuresClient interface {
	BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
	BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
}

// NewFailures returns the failures of a destination in the ledger's table.
func NewFailures(client FailuresClient, table, destination string) *Failures {
	return &Failures{client: client, table: table, destination: destination}
}

// DynamoDB's limits for a request (docs.aws.amazon.com/amazondynamodb/latest/APIReference).
const (
	maxBatchWrites = 25
	maxBatchReads  = 100
)

// Keep keeps failures, each of another object, in the place of what was kept of them before.
func (f *Failures) Keep(ctx context.Context, failures []Failure) error {
	for some := range slices.Chunk(failures, maxBatchWrites) {
		requests := make([]types.WriteRequest, len(some))
		for i, one := range some {
			requests[i] = types.WriteRequest{PutRequest: &types.PutRequest{Item: f.item(one)}}
		}
		left := map[string][]types.WriteRequest{f.table: requests}
		err := untilDone(ctx, func() (bool, error) {
			out, err := f.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: left})
			if err != nil {
				return false, err
			}
			left = out.UnprocessedItems
			return len(left) == 0, nil
		})
		if err != nil {
			return coded(err, "keep why objects failed")
		}
	}
	return nil
}

// Failures returns the last failures of the objects, of those that have one.
func (f *Failures) Failures(ctx context.Context, objects []string) (map[string]Failure, error) {
	found := make(map[string]Failure, len(objects))
	objects = slices.Compact(slices.Sorted(slices.Values(objects)))
	for some := range slices.Chunk(objects, maxBatchReads) {
		byID := make(map[string]string, len(some))
		keys := make([]item, len(some))
		for i, o := range some {
			byID[f.id(o)] = o
			keys[i] = item{"id": str(f.id(o))}
		}
		left := map[string]types.KeysAndAttributes{f.table: {Keys: keys}}
		err := untilDone(ctx, func() (bool, error) {
			out, err := f.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: left})
			if err != nil {
				return false, err
			}
			for _, i := range out.Responses[f.table] {
				o := byID[text(i, "id")]
				found[o] = Failure{
					Object: o, Code: failure.Code(text(i, "code")), Error: text(i, "error"),
					At: millis(i, "at"), Expires: seconds(i, "expires"),
				}
			}
			left = out.UnprocessedKeys
			return len(left) == 0, nil
		})
		if err != nil {
			return nil, coded(err, "look up why objects failed")
		}
	}
	return found, nil
}

func (f *Failures) id(object string) string { return itemID("failure", f.destination, object) }

func (f *Failures) item(one Failure) item {
	return item{
		"id": str(f.id(one.Object)), "code": str(string(one.Code)), "error": str(cut(one.Error, MaxErrorBytes)),
		"at": number(one.At.UnixMilli()), "expires": number(one.Expires.Unix()),
	}
}

// DynamoDB leaves out of a batch what it has no capacity for at the moment.
const (
	batchTries = 6
	firstPause = 50 * time.Millisecond
)

var errThrottled = errors.New("DynamoDB leaves items out of every batch")

func untilDone(ctx context.Context, try func() (done bool, err error)) error {
	for pause := firstPause; pause < firstPause<<batchTries; pause *= 2 {
		done, err := try()
		if err != nil || done {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("wait for DynamoDB: %w", context.Cause(ctx))
		}
	}
	return errThrottled
}

// cut cuts a text to so many bytes, and no character in two.
func cut(s string, n int) string {
	if len(s) <= n {
		return strings.ToValidUTF8(s, string(utf8.RuneError))
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], string(utf8.RuneError))
}
