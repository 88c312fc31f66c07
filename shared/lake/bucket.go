package lake

import (
	"bytes"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/rumline/rumline/shared/failure"
)

// PutObjectAPI is what is needed of an S3 client.
type PutObjectAPI interface {
	PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// Bucket is where objects go.
type Bucket struct {
	client PutObjectAPI
	name   string
	prefix string
}

// NewBucket returns the place that the configuration names. Its error says which environment variable is wrong.
func NewBucket(client PutObjectAPI, config Config) (*Bucket, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	return &Bucket{client: client, name: config.Bucket, prefix: config.Prefix}, nil
}

// put stores an object. The client adds a CRC32 that S3 checks on arrival; encryption is the bucket's default.
func (b *Bucket) put(ctx context.Context, key, contentType string, body []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:        aws.String(b.name),
		Key:           aws.String(key),
		Body:          bytes.NewReader(body),
		ContentLength: aws.Int64(int64(len(body))),
		ContentType:   aws.String(contentType),
	})
	return failure.Wrap(codeOf(err), err, fmt.Sprintf("putting s3://%s/%s", b.name, key))
}
