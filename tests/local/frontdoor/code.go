package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// codeSource is where a call says that a function's code is.
type codeSource struct {
	ZipFile                          []byte
	S3Bucket, S3Key, S3ObjectVersion string
	ImageURI                         string `json:"ImageUri"`
}

// codeStore reads deployment zips. moto takes them and does not give them back.
type codeStore struct{ client *s3.Client }

func newCodeStore(upstream *url.URL) codeStore {
	return codeStore{s3.New(s3.Options{
		BaseEndpoint: aws.String(upstream.String()), UsePathStyle: true, Region: "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})}
}

func (c codeStore) fetch(ctx context.Context, from codeSource) (_ []byte, err error) {
	switch {
	case from.ZipFile != nil:
		return from.ZipFile, nil
	case from.S3Key == "":
		return nil, errors.New("the local Lambda host needs code as a zip, in the call or in S3")
	}
	in := &s3.GetObjectInput{Bucket: &from.S3Bucket, Key: &from.S3Key}
	if from.S3ObjectVersion != "" {
		in.VersionId = &from.S3ObjectVersion
	}
	out, err := c.client.GetObject(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("code s3://%s/%s: %w", from.S3Bucket, from.S3Key, err)
	}
	defer func() { err = errors.Join(err, out.Body.Close()) }()
	zip, err := io.ReadAll(io.LimitReader(out.Body, maxControlBody))
	if err != nil {
		return nil, fmt.Errorf("code s3://%s/%s: %w", from.S3Bucket, from.S3Key, err)
	}
	return zip, nil
}
