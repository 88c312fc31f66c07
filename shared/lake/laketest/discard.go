package laketest

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/lake"
)

// Discard is a bucket that acknowledges everything and keeps nothing, to measure what the writing side takes.
func Discard(tb testing.TB) *lake.Bucket {
	tb.Helper()
	bucket, err := lake.NewBucket(discard{}, lake.Config{Bucket: BucketName})
	require.NoError(tb, err)
	return bucket
}

type discard struct{}

func (discard) PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	return new(s3.PutObjectOutput), nil
}
