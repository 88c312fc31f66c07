package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/emulator"
)

// Contenders that want the same thing at the same time, and how often they are let loose on a new one.
const contenders, rounds = 16, 25

// TestConditionalWrites: of writers whose conditions exclude each other, one wins.
func TestConditionalWrites(t *testing.T) {
	hurryThreads(t)
	m, err := emulator.Start(t.Context(), emulator.Options{CacheDir: t.TempDir(), Log: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Stop(context.WithoutCancel(t.Context()))) })
	keys := credentials.NewStaticCredentialsProvider("test", "test", "")
	ledger := dynamodb.New(dynamodb.Options{BaseEndpoint: aws.String(m.URL().String()), Region: "us-east-1", Credentials: keys})
	_, err = ledger.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("ledger"), BillingMode: dynamodbtypes.BillingModePayPerRequest,
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
	})
	require.NoError(t, err)
	buckets := s3.New(s3.Options{
		BaseEndpoint: aws.String(m.URL().String()), Region: "us-east-1", Credentials: keys, UsePathStyle: true,
	})
	_, err = buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("raw")})
	require.NoError(t, err)

	tests := map[string]func(ctx context.Context, round, contender int) error{
		"PutItem of what is not there": func(ctx context.Context, round, contender int) error {
			_, err := ledger.PutItem(ctx, &dynamodb.PutItemInput{
				TableName: aws.String("ledger"), ConditionExpression: aws.String("attribute_not_exists(id)"),
				Item: map[string]dynamodbtypes.AttributeValue{"id": text("put", round), "owner": text("", contender)},
			})
			return err
		},
		"INSERT of what is not there": func(ctx context.Context, round, contender int) error {
			out, err := ledger.BatchExecuteStatement(ctx, &dynamodb.BatchExecuteStatementInput{Statements: []dynamodbtypes.BatchStatementRequest{{
				Statement:  aws.String(`INSERT INTO "ledger" VALUE {'id': ?, 'owner': ?}`),
				Parameters: []dynamodbtypes.AttributeValue{text("insert", round), text("", contender)},
			}}})
			if err != nil {
				return err
			}
			if e := out.Responses[0].Error; e != nil {
				return &smithy.GenericAPIError{Code: string(e.Code), Message: aws.ToString(e.Message)}
			}
			return nil
		},
		"UpdateItem of what nobody has": func(ctx context.Context, round, contender int) error {
			_, err := ledger.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: aws.String("ledger"), Key: map[string]dynamodbtypes.AttributeValue{"id": text("update", round)},
				UpdateExpression:          aws.String("SET #o = :o"),
				ConditionExpression:       aws.String("attribute_not_exists(#o)"),
				ExpressionAttributeNames:  map[string]string{"#o": "owner"},
				ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":o": text("", contender)},
			})
			return err
		},
		"PutObject of what is not there": func(ctx context.Context, round, contender int) error {
			_, err := buckets.PutObject(ctx, &s3.PutObjectInput{
				Bucket: aws.String("raw"), Key: aws.String(fmt.Sprintf("rum/%d", round)), IfNoneMatch: aws.String("*"),
				Body: strings.NewReader(strconv.Itoa(contender)),
			})
			return err
		},
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			for round := range rounds {
				var won, lost sync.Map
				all(func(contender int) {
					switch err := write(t.Context(), round, contender); {
					case err == nil:
						won.Store(contender, true)
					case refused(err):
						lost.Store(contender, true)
					default:
						assert.NoError(t, err)
					}
				})
				require.Len(t, keysOf(&won), 1, "round %d", round)
				require.Len(t, keysOf(&lost), contenders-1, "round %d", round)
			}
		})
	}

	t.Run("DeleteItem on a condition", func(t *testing.T) {
		for round := range rounds {
			key := map[string]dynamodbtypes.AttributeValue{"id": text("delete", round)}
			_, err := ledger.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: key})
			require.NoError(t, err)
			var won sync.Map
			all(func(contender int) {
				_, err := ledger.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
					TableName: aws.String("ledger"), Key: key, ConditionExpression: aws.String("attribute_exists(id)"),
				})
				if err == nil {
					won.Store(contender, true)
				} else {
					assert.True(t, refused(err), err)
				}
			})
			require.Len(t, keysOf(&won), 1, "round %d", round)
		}
	})
}

// TestInsertOfSeveral: an INSERT of one item does not depend on those beside it, and what it finds stays as it is.
func TestInsertOfSeveral(t *testing.T) {
	m, err := emulator.Start(t.Context(), emulator.Options{CacheDir: t.TempDir(), Log: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Stop(context.WithoutCancel(t.Context()))) })
	ledger := dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(m.URL().String()), Region: "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	_, err = ledger.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("ledger"), BillingMode: dynamodbtypes.BillingModePayPerRequest,
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
	})
	require.NoError(t, err)
	insert := func(owner int, ids ...int) (codes []string) {
		var in dynamodb.BatchExecuteStatementInput
		for _, id := range ids {
			in.Statements = append(in.Statements, dynamodbtypes.BatchStatementRequest{
				Statement:  aws.String(`INSERT INTO "ledger" VALUE {'id': ?, 'owner': ?}`),
				Parameters: []dynamodbtypes.AttributeValue{text("", id), text("", owner)},
			})
		}
		out, err := ledger.BatchExecuteStatement(t.Context(), &in)
		require.NoError(t, err)
		for _, r := range out.Responses {
			code := ""
			if r.Error != nil {
				code = string(r.Error.Code)
			}
			codes = append(codes, code)
		}
		return codes
	}
	require.Equal(t, []string{"", ""}, insert(1, 1, 3))
	require.Equal(t, []string{"", "DuplicateItem", "", "DuplicateItem"}, insert(2, 0, 1, 2, 3))
	for id, owner := range map[int]int{0: 2, 1: 1, 2: 2, 3: 1} {
		there, err := ledger.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: aws.String("ledger"), Key: map[string]dynamodbtypes.AttributeValue{"id": text("", id)},
		})
		require.NoError(t, err)
		require.Equal(t, text("", owner), there.Item["owner"])
	}
}

// hurryThreads makes Python change threads every microsecond instead of every 5 ms. What can go wrong between two of them goes
// wrong in seconds then: of moto as it is, several writers win in most rounds.
func hurryThreads(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	const text = "import sys\nsys.setswitchinterval(1e-6)\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sitecustomize.py"), []byte(text), 0o600))
	t.Setenv("PYTHONPATH", dir+string(filepath.ListSeparator)+os.Getenv("PYTHONPATH"))
}

// all runs every contender at once.
func all(run func(contender int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range contenders {
		wg.Go(func() {
			<-start
			run(i)
		})
	}
	close(start)
	wg.Wait()
}

func refused(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains([]string{"ConditionalCheckFailedException", "DuplicateItem", "PreconditionFailed"}, api.ErrorCode())
}

func text(prefix string, n int) dynamodbtypes.AttributeValue {
	return &dynamodbtypes.AttributeValueMemberS{Value: prefix + strconv.Itoa(n)}
}

func keysOf(m *sync.Map) (keys []any) {
	m.Range(func(key, _ any) bool { keys = append(keys, key); return true })
	return keys
}
