package laketest

import (
	"context"
	"io"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/lake"
)

// BucketName is the bucket that S3 has.
const BucketName = "lake-bucket"

// S3 is an S3 in memory with one bucket, behind the real client. It ends with the test.
type S3 struct {
	*s3.Client
	// FailPut, if set, is asked before every PutObject, the first of which is number 1. Its error is what the caller gets.
	FailPut func(number int) error
	puts    atomic.Int64
}

// NewS3 starts an S3.
func NewS3(tb testing.TB) *S3 {
	tb.Helper()
	backend := s3mem.New()
	require.NoError(tb, backend.CreateBucket(BucketName))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	tb.Cleanup(server.Close)
	return &S3{Client: s3.New(s3.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(server.URL),
		UsePathStyle: true,
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	})}
}

// Bucket is the bucket of the S3, with the prefix "events/".
func (f *S3) Bucket(tb testing.TB) *lake.Bucket {
	tb.Helper()
	bucket, err := lake.NewBucket(f, lake.Config{Bucket: BucketName, Prefix: "events/"})
	require.NoError(tb, err)
	return bucket
}

// PutObject puts an object unless FailPut says otherwise.
func (f *S3) PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	n := int(f.puts.Add(1))
	if f.FailPut != nil {
		if err := f.FailPut(n); err != nil {
			return nil, err
		}
	}
	return f.Client.PutObject(ctx, in, opts...)
}

// Puts is how often PutObject was called.
func (f *S3) Puts() int { return int(f.puts.Load()) }

// Objects returns every object by its key, but for those that readers of a table skip.
func (f *S3) Objects(tb testing.TB) map[string][]byte {
	tb.Helper()
	objects := make(map[string][]byte)
	pages := s3.NewListObjectsV2Paginator(f.Client, &s3.ListObjectsV2Input{Bucket: aws.String(BucketName)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(tb.Context())
		require.NoError(tb, err)
		for _, object := range page.Contents {
			if !strings.HasPrefix(path.Base(*object.Key), "_") {
				objects[*object.Key] = f.Object(tb, *object.Key)
			}
		}
	}
	return objects
}

// Object returns an object's bytes.
func (f *S3) Object(tb testing.TB, key string) []byte {
	tb.Helper()
	out, err := f.GetObject(tb.Context(), &s3.GetObjectInput{Bucket: aws.String(BucketName), Key: aws.String(key)})
	require.NoError(tb, err)
	body, err := io.ReadAll(out.Body)
	require.NoError(tb, err)
	require.NoError(tb, out.Body.Close())
	return slices.Clip(body)
}
