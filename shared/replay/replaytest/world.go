package replaytest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/replay"
)

// Body is a message that points to objects of the bucket raw, of these keys.
func Body(keys ...string) string {
	records := make([]string, len(keys))
	for i, key := range keys {
		records[i] = fmt.Sprintf(`{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw"},"object":{"key":%q,"eTag":"e","sequencer":"1"}}}`, key)
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

// Failures are the failures of objects.
type Failures struct {
	mu       sync.Mutex
	byObject map[string]ledger.Failure
}

var _ replay.FailureReader = (*Failures)(nil)

// Fail records why the object of a key in the bucket raw failed.
func (f *Failures) Fail(key string, code failure.Code, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byObject == nil {
		f.byObject = map[string]ledger.Failure{}
	}
	object := landing.Pointer{Bucket: "raw", Key: key, ETag: "e", Sequencer: "1"}.Identity()
	f.byObject[object] = ledger.Failure{Object: object, Code: code, Error: string(code) + " of " + key, At: at}
}

// Failures implements replay.FailureReader.
func (f *Failures) Failures(_ context.Context, objects []string) (map[string]ledger.Failure, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := map[string]ledger.Failure{}
	for _, o := range objects {
		if one, ok := f.byObject[o]; ok {
			found[o] = one
		}
	}
	return found, nil
}

// Bucket is a bucket of S3.
type Bucket struct {
	// Fail, if set, is asked before each request, by its name.
	Fail func(request string) error

	mu      sync.Mutex
	objects map[string][]byte
}

var _ replay.ParkingClient = (*Bucket)(nil)

// Keys are those of the objects, in order.
func (b *Bucket) Keys() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(maps.Keys(b.objects))
}

// Object is the content of the object of a key.
func (b *Bucket) Object(key string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.objects[key])
}

// PutObject implements replay.ParkingClient.
func (b *Bucket) PutObject(_ context.Context, in *s3.PutObjectInput, _ ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	if b.Fail != nil {
		if err := b.Fail("PutObject"); err != nil {
			return nil, err
		}
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.objects == nil {
		b.objects = map[string][]byte{}
	}
	b.objects[*in.Key] = body
	return &s3.PutObjectOutput{}, nil
}

// StoredAt is when all objects were stored.
var StoredAt = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// ListObjectsV2 implements replay.ParkingClient. It lists an object a page.
func (b *Bucket) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	if b.Fail != nil {
		if err := b.Fail("ListObjectsV2"); err != nil {
			return nil, err
		}
	}
	keys := slices.DeleteFunc(b.Keys(), func(key string) bool {
		return !strings.HasPrefix(key, *in.Prefix) || key <= aws.ToString(in.ContinuationToken)
	})
	if len(keys) == 0 {
		return &s3.ListObjectsV2Output{IsTruncated: aws.Bool(false)}, nil
	}
	return &s3.ListObjectsV2Output{
		Contents:    []types.Object{{Key: &keys[0], LastModified: &StoredAt}},
		IsTruncated: aws.Bool(len(keys) > 1), NextContinuationToken: &keys[0],
	}, nil
}

// GetObject implements replay.ParkingClient.
func (b *Bucket) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	body, ok := b.objects[*in.Key]
	if !ok {
		return nil, &types.NoSuchKey{}
	}
	return &s3.GetObjectOutput{Body: io.NopCloser(bytes.NewReader(body))}, nil
}

// DeleteObject implements replay.ParkingClient.
func (b *Bucket) DeleteObject(_ context.Context, in *s3.DeleteObjectInput, _ ...func(*s3.Options)) (*s3.DeleteObjectOutput, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.objects, *in.Key)
	return &s3.DeleteObjectOutput{}, nil
}
