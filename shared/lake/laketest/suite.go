package laketest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/delivery/deliverytest"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Harness has the suite of all destinations run over one that writes files: with a writer on a bucket, and a reader of
// what is in an S3. An object that is written again must have the same bytes.
func Harness(writer func(*lake.Bucket) delivery.Destination, read func(testing.TB, *S3) []rumtest.Row) deliverytest.Harness {
	return deliverytest.Harness{
		New: func(tb testing.TB) deliverytest.Subject {
			store, faults := NewS3(tb), new(deliverytest.Faults)
			bucket, err := lake.NewBucket(&puts{S3: store, faults: faults}, lake.Config{Bucket: BucketName, Prefix: "events/"})
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

// puts is the S3 as the writer has it: it breaks when the faults say so, and refuses to have an object changed.
type puts struct {
	*S3
	faults *deliverytest.Faults
	bodies sync.Map // by key
}

// PutObject puts an object unless the faults say otherwise.
func (p *puts) PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (out *s3.PutObjectOutput, err error) {
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", *in.Key, err)
	}
	if former, again := p.bodies.LoadOrStore(*in.Key, string(body)); again && former != string(body) {
		return nil, fmt.Errorf("%w: %s", errChanged, *in.Key)
	}
	in.Body = bytes.NewReader(body)
	err = p.faults.Do(func() error {
		out, err = p.S3.PutObject(ctx, in, opts...)
		return err
	})
	return out, err
}

var errChanged = errors.New("an object is written again with other bytes")
