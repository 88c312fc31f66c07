// Package quarantine keeps what could not be an event: a refused record, or the rest of an object, with the reason, the
// place that it comes from and its bytes, as a line of NDJSON in S3:
//
//	<prefix><destination>/<batch ID>/<part, 5 digits>.ndjson.zst
//
// Parts are cut by their content alone, and nothing in them depends on a clock: a batch that is read again overwrites its
// own objects with the same bytes, so that each refused record is there once.
package quarantine

import (
	"context"
	"errors"

	"github.com/rumline/rumline/shared/bucket"
	"github.com/rumline/rumline/shared/failure"
)

// Config says where the records go. The tags are those of caarlos0/env.
type Config struct {
	// Bucket is the bucket's name.
	Bucket string `env:"RUMLINE_QUARANTINE_BUCKET,required,notEmpty"`
	// Prefix begins every key. Empty, or a folder with its closing slash.
	Prefix string `env:"RUMLINE_QUARANTINE_PREFIX" envDefault:"quarantine/"`
}

// Check says what is wrong, by the name of the environment variable.
func (c Config) Check() error {
	return errors.Join(
		bucket.CheckName("RUMLINE_QUARANTINE_BUCKET", c.Bucket),
		bucket.CheckPrefix("RUMLINE_QUARANTINE_PREFIX", c.Prefix),
	)
}

// Quarantine takes the refused records of one destination. It is safe for concurrent use.
type Quarantine struct {
	objects     *bucket.Bucket
	prefix      string
	destination string
}

// New returns the quarantine of a destination. Its error says which environment variable is wrong.
func New(client bucket.PutObjectAPI, config Config, destination string) (*Quarantine, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	codes := bucket.Codes{Unavailable: failure.QuarantineUnavailable, Refused: failure.QuarantineRefused}
	return &Quarantine{
		objects: bucket.New(client, config.Bucket, codes), prefix: config.Prefix, destination: destination,
	}, nil
}

// Begin starts a pass over a batch: from its first refused record, whatever earlier passes have stored.
func (q *Quarantine) Begin(batchID string) *Pass {
	return &Pass{quarantine: q, batchID: batchID}
}

func (q *Quarantine) put(ctx context.Context, batchID string, part int, body []byte) error {
	return q.objects.Put(ctx, key(q.prefix, q.destination, batchID, part), "application/zstd", body)
}
