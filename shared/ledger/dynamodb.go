package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/rumline/rumline/shared/failure"
)

// DynamoDB is a Store in a table with the hash key id (a string) and a time to live in the attribute expires. Several
// destinations share a table.
//
// It costs a write for each object, and for each batch three and one for every KiB of its compressed members. An item
// takes less than 1 KiB, members some 30 bytes each. Looking at an object that was claimed before costs two writes (the
// conditions that fail; one if it is the only one asked for) and, for each batch, two reads.
type DynamoDB struct {
	client      Client
	table       string
	destination string
	insertion   string // the statement of an Insert
}

var _ Store = (*DynamoDB)(nil)

// Client is what a DynamoDB asks of the SDK's client.
type Client interface {
	GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	BatchExecuteStatement(ctx context.Context, in *dynamodb.BatchExecuteStatementInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchExecuteStatementOutput, error)
}

// NewDynamoDB returns the store of a destination in a table.
func NewDynamoDB(client Client, table, destination string) *DynamoDB {
	return &DynamoDB{client: client, table: table, destination: destination, insertion: insertion(table)}
}

type item = map[string]types.AttributeValue

// batchName stands for the attribute batch, which is a reserved word in expressions.
var batchName = map[string]string{"#batch": "batch"}

// Claim implements Store.
func (d *DynamoDB) Claim(ctx context.Context, c Claim) (Claim, error) {
	there, err := d.put(ctx, d.claimItem(c), "attribute_not_exists(id)", nil, nil)
	if err != nil {
		return Claim{}, coded(err, "claim an object")
	}
	if there == nil {
		return c, nil
	}
	return Claim{Object: c.Object, Batch: text(there, "batch"), Lease: millis(there, "lease"), Expires: seconds(there, "expires")}, nil
}

// TakeOver implements Store.
func (d *DynamoDB) TakeOver(ctx context.Context, from, to Claim) (bool, error) {
	there, err := d.put(ctx, d.claimItem(to), "#batch = :from", item{":from": str(from.Batch)}, batchName)
	if err != nil {
		return false, coded(err, "take an object over")
	}
	// A request whose answer was lost is made again, and finds what it wrote itself.
	return there == nil || text(there, "batch") == to.Batch, nil
}

// Release implements Store.
func (d *DynamoDB) Release(ctx context.Context, c Claim) error {
	_, err := d.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &d.table, Key: d.key(d.claimID(c.Object)),
		ConditionExpression: aws.String("#batch = :batch"), ExpressionAttributeNames: batchName,
		ExpressionAttributeValues: item{":batch": str(c.Batch)},
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return nil
	}
	return coded(err, "release an object")
}

// Record implements Store. The members come first: a record without them could not be adopted.
func (d *DynamoDB) Record(ctx context.Context, r Record, members []string) (Record, error) {
	if err := d.putMembers(ctx, r, members); err != nil {
		return Record{}, err
	}
	there, err := d.put(ctx, d.recordItem(r), "attribute_not_exists(id)", nil, nil)
	if err != nil {
		return Record{}, coded(err, "record a batch")
	}
	if there == nil {
		return r, nil
	}
	return recordOf(r.Batch, there), nil
}

// Lookup implements Store.
func (d *DynamoDB) Lookup(ctx context.Context, batch string) (Record, error) {
	there, err := d.get(ctx, d.recordID(batch))
	if err != nil {
		return Record{}, coded(err, "look a batch up")
	}
	return recordOf(batch, there), nil
}

// Advance implements Store.
func (d *DynamoDB) Advance(ctx context.Context, from, to Record) (Record, error) {
	there, err := d.put(ctx, d.recordItem(to), "#state = :open AND #owner = :owner AND attempt = :attempt",
		item{":open": number(int64(Open)), ":owner": str(from.Owner), ":attempt": number(int64(from.Attempt))},
		map[string]string{"#state": "state", "#owner": "owner"})
	if err != nil {
		return Record{}, coded(err, "update a batch")
	}
	if there == nil {
		return to, nil
	}
	return recordOf(to.Batch, there), nil
}

// Finish implements Store.
func (d *DynamoDB) Finish(ctx context.Context, batch string) (bool, error) {
	out, err := d.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &d.table, Key: d.key(d.recordID(batch)),
		UpdateExpression: aws.String("SET #state = :done"), ConditionExpression: aws.String("attribute_exists(id)"),
		ExpressionAttributeNames:  map[string]string{"#state": "state"},
		ExpressionAttributeValues: item{":done": number(int64(Done))},
		ReturnValues:              types.ReturnValueAllOld,
	})
	if err != nil {
		return false, coded(err, "commit a batch")
	}
	return State(integer(out.Attributes, "state")) != Done, nil
}

// put writes an item under a condition. When the condition does not hold it returns the item that is there; one without
// attributes when there is none.
func (d *DynamoDB) put(ctx context.Context, i item, condition string, values item, names map[string]string) (item, error) {
	_, err := d.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &d.table, Item: i, ConditionExpression: &condition,
		ExpressionAttributeValues: values, ExpressionAttributeNames: names,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if refused.Item == nil {
			return item{}, nil
		}
		return refused.Item, nil
	}
	return nil, err
}

func (d *DynamoDB) get(ctx context.Context, id string) (item, error) {
	out, err := d.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &d.table, Key: d.key(id), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

func (d *DynamoDB) key(id string) item { return item{"id": str(id)} }

func (d *DynamoDB) claimID(object string) string { return itemID("claim", d.destination, object) }

// itemID hashes the object's name: keys of S3 are as long as DynamoDB's, and items are paid for by their size.
func itemID(kind, destination, object string) string {
	sum := sha256.Sum256([]byte(object))
	return kind + "#" + destination + "#" + hex.EncodeToString(sum[:16])
}

func (d *DynamoDB) recordID(batch string) string { return "batch#" + d.destination + "#" + batch }

func (d *DynamoDB) claimItem(c Claim) item {
	return item{
		"id": str(d.claimID(c.Object)), "batch": str(c.Batch),
		"lease": number(c.Lease.UnixMilli()), "expires": number(c.Expires.Unix()),
	}
}

func (d *DynamoDB) recordItem(r Record) item {
	return item{
		"id": str(d.recordID(r.Batch)), "state": number(int64(r.State)), "owner": str(r.Owner),
		"attempt": number(int64(r.Attempt)), "chunks": number(int64(r.Chunks)), "plan": str(r.Plan),
		"lease": number(r.Lease.UnixMilli()), "expires": number(r.Expires.Unix()),
	}
}

func recordOf(batch string, i item) Record {
	if len(i) == 0 {
		return Record{}
	}
	return Record{
		Batch: batch, State: State(integer(i, "state")), Owner: text(i, "owner"),
		Attempt: int(integer(i, "attempt")), Chunks: int(integer(i, "chunks")), Plan: text(i, "plan"),
		Lease: millis(i, "lease"), Expires: seconds(i, "expires"),
	}
}

// coded tells what may pass from what somebody has to mend.
func coded(err error, doing string) error {
	code := failure.LedgerUnavailable
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch api.ErrorCode() {
		case "ResourceNotFoundException", "AccessDeniedException", "ValidationException", "UnrecognizedClientException":
			code = failure.LedgerRefused
		}
	}
	return failure.Wrap(code, err, doing)
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func text(i item, name string) string {
	if s, ok := i[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func integer(i item, name string) int64 {
	n, ok := i[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	v, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return 0 // nobody but this package writes the table
	}
	return v
}

func millis(i item, name string) time.Time  { return time.UnixMilli(integer(i, name)) }
func seconds(i item, name string) time.Time { return time.Unix(integer(i, name), 0) }
