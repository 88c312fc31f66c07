package cloud_test

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/tests/bench/cloud"
)

func start(t *testing.T) (*cloud.Cloud, aws.Config) {
	t.Helper()
	c := cloud.New(cloud.Network{})
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return c, aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		RetryMaxAttempts: 1,
	}
}

func TestS3(t *testing.T) {
	t.Parallel()
	c, config := start(t)
	client := s3.NewFromConfig(config)
	tag := c.Put("raw", "rum/a b", []byte("hello"))

	got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("raw"), Key: aws.String("rum/a b"), IfMatch: aws.String(`"` + tag + `"`)})
	require.NoError(t, err)
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.Equal(t, "hello", string(body))
	require.EqualValues(t, 5, *got.ContentLength)

	_, err = client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("raw"), Key: aws.String("rum/a b"), IfMatch: aws.String(`"other"`)})
	require.ErrorContains(t, err, "412")
	_, err = client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("raw"), Key: aws.String("missing")})
	require.ErrorContains(t, err, "404")

	for _, key := range []string{"2", "1"} {
		_, err = client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("out"), Key: aws.String(key), Body: bytes.NewReader([]byte("file " + key))})
		require.NoError(t, err)
	}
	require.Equal(t, [][]byte{[]byte("file 1"), []byte("file 2")}, c.Take("out"))
	require.Empty(t, c.Take("out"))
	require.Equal(t, cloud.Counts{Gets: 2, Heads: 1, Puts: 2, PutBytes: 12}, c.Counts())

	_, err = client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("raw")})
	require.ErrorContains(t, err, "501", "what is not known is refused")
}

// TestLedger plays the ledger's protocol against the double.
func TestLedger(t *testing.T) {
	t.Parallel()
	c, config := start(t)
	now := time.Now()
	l := ledger.Ledger{
		Store: ledger.NewDynamoDB(dynamodb.NewFromConfig(config), "ledger", "bench"), Lease: time.Minute, Retention: time.Hour,
		Concurrency: 4, ObjectOf: func(m string) string { return m }, Now: func() time.Time { return now },
	}
	objects := []string{"a", "b", "c"}
	claims := l.Claim(t.Context(), objects)
	require.Equal(t, objects, claims.Won)
	require.Equal(t, objects, l.Claim(t.Context(), objects).Busy, "claims are conditional")
	batch, err := claims.Open(t.Context(), claims.Won, "plan")
	require.NoError(t, err)
	require.NoError(t, batch.Wrote(t.Context(), 1))
	first, err := batch.Commit(t.Context())
	require.NoError(t, err)
	require.True(t, first)
	require.ElementsMatch(t, objects, l.Claim(t.Context(), objects).Done)
	require.Positive(t, c.Counts().Writes)
	require.Positive(t, c.Counts().Reads)

	other := l.Claim(t.Context(), []string{"d"})
	require.NoError(t, other.Release(t.Context(), "d"))
	require.Equal(t, []string{"d"}, l.Claim(t.Context(), []string{"d"}).Won)
}

func TestBatches(t *testing.T) {
	t.Parallel()
	c, config := start(t)
	client := dynamodb.NewFromConfig(config)
	str := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	insert := func(id string) types.BatchStatementRequest {
		return types.BatchStatementRequest{
			Statement: aws.String(`INSERT INTO "t" VALUE {'id': ?, 'batch': ?}`), Parameters: []types.AttributeValue{str(id), str("b")},
		}
	}
	out, err := client.BatchExecuteStatement(t.Context(), &dynamodb.BatchExecuteStatementInput{Statements: []types.BatchStatementRequest{insert("1"), insert("1"), insert("2")}})
	require.NoError(t, err)
	require.Nil(t, out.Responses[0].Error)
	require.Equal(t, types.BatchStatementErrorCodeEnumDuplicateItem, out.Responses[1].Error.Code)
	require.Nil(t, out.Responses[2].Error)
	require.EqualValues(t, 1, c.Counts().Requests)
	require.EqualValues(t, 3, c.Counts().Writes)

	failures := ledger.NewFailures(client, "t", "bench")
	require.NoError(t, failures.Keep(t.Context(), []ledger.Failure{{Object: "o", Code: "x", At: time.Now(), Expires: time.Now()}}))
	kept, err := failures.Failures(t.Context(), []string{"o", "p"})
	require.NoError(t, err)
	require.Len(t, kept, 1)

	for _, call := range []func() error{
		func() error {
			_, err := client.Query(context.Background(), &dynamodb.QueryInput{TableName: aws.String("t")})
			return err
		},
		func() error {
			_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: map[string]types.AttributeValue{"id": str("1")}, ConditionExpression: aws.String("size(id) > 3")})
			return err
		},
		func() error {
			_, err := client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String("t"), Key: map[string]types.AttributeValue{"id": str("1")}, UpdateExpression: aws.String("REMOVE a")})
			return err
		},
	} {
		require.ErrorContains(t, call(), "not known here")
	}
}
