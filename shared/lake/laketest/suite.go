package laketest

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/delivery/deliverytest"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Harness has the suite of all destinations run over one that writes files: with a writer on a bucket, and a reader of
// what is in an S3.
func Harness(writer func(*lake.Bucket) delivery.Destination, read func(testing.TB, *S3) []rumtest.Row) deliverytest.Harness {
	return deliverytest.Harness{
		New: func(tb testing.TB) deliverytest.Subject {
			store, faults := NewS3(tb), new(deliverytest.Faults)
			bucket, err := lake.NewBucket(faultyPuts{store, faults}, lake.Config{Bucket: BucketName, Prefix: "events/"})
			require.NoError(tb, err)
			return deliverytest.Subject{
				Destination: writer(bucket),
				ReadBack:    func(tb testing.TB) []rumtest.Row { return read(tb, store) },
				Faults:      faults,
			}
		},
		Discarding: func(tb testing.TB) delivery.Destination { return writer(Discard(tb)) },
	}
}

type faultyPuts struct {
	*S3
	faults *deliverytest.Faults
}

// PutObject puts an object unless the faults say otherwise.
func (f faultyPuts) PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (out *s3.PutObjectOutput, err error) {
	err = f.faults.Do(func() error {
		out, err = f.S3.PutObject(ctx, in, opts...)
		return err
	})
	return out, err
}
