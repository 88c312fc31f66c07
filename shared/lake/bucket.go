package lake

import (
	"context"

	"github.com/rumline/rumline/shared/bucket"
	"github.com/rumline/rumline/shared/failure"
)

// Bucket is where objects go.
type Bucket struct {
	objects *bucket.Bucket
	prefix  string
}

// NewBucket returns the place that the configuration names. Its error says which environment variable is wrong.
func NewBucket(client bucket.PutObjectAPI, config Config) (*Bucket, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	codes := bucket.Codes{Unavailable: failure.DestinationUnavailable, Refused: failure.DestinationRefused}
	return &Bucket{objects: bucket.New(client, config.Bucket, codes), prefix: config.Prefix}, nil
}

func (b *Bucket) put(ctx context.Context, key, contentType string, body []byte) error {
	return b.objects.Put(ctx, key, contentType, body)
}
