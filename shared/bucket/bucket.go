// Package bucket puts whole objects into a bucket of S3, and tells what may pass from what somebody has to mend when S3
// does not take one.
package bucket

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
	codes  Codes
}

// Codes are what failures are called by the one who puts the objects.
type Codes struct {
	// Unavailable is for what may pass, Refused for what does not before somebody has mended something.
	Unavailable, Refused failure.Code
}

// New returns the bucket of that name.
func New(client PutObjectAPI, name string, codes Codes) *Bucket {
	return &Bucket{client: client, name: name, codes: codes}
}

// Put stores an object. The client adds a CRC32 that S3 checks on arrival; encryption is the bucket's default.
func (b *Bucket) Put(ctx context.Context, key, contentType string, body []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:        aws.String(b.name),
		Key:           aws.String(key),
		Body:          bytes.NewReader(body),
		ContentLength: aws.Int64(int64(len(body))),
		ContentType:   aws.String(contentType),
	})
	return failure.Wrap(b.codes.of(err), err, fmt.Sprintf("putting s3://%s/%s", b.name, key))
}
