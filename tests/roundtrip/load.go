package roundtrip

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
	"github.com/rumline/rumline/tests/generate"
)

// Load is what is put into the raw bucket.
type Load struct {
	Objects []generate.Object
	Events  int
	Bytes   int64
}

// Generated is the load of the given number of events, in objects of mixed forms.
func Generated(events, objects int) Load {
	return newLoad(generate.Objects(generate.Options{Events: events, Objects: objects}))
}

// Beacons is a load of one object: beacons of a real browser as NDJSON.
func Beacons(ndjson []byte) Load {
	return newLoad(func(yield func(generate.Object) bool) {
		o := generate.Object{Key: "rum/shop/chromium beacons.ndjson", Body: ndjson, Plain: ndjson}
		number := 0
		for text := range bytes.Lines(ndjson) {
			number++
			if text = bytes.TrimSpace(text); len(text) > 0 {
				o.Records = append(o.Records, generate.Record{Line: number, JSON: text})
			}
		}
		yield(o)
	})
}

// Poisoned is a load of objects that each have something bad in them.
func Poisoned(poisons []generate.Poison) Load {
	return newLoad(func(yield func(generate.Object) bool) {
		for _, p := range poisons {
			if !yield(p.Object) {
				return
			}
		}
	})
}

// Add adds the objects of another load.
func (l *Load) Add(other Load) {
	l.Objects = append(l.Objects, other.Objects...)
	l.Events += other.Events
	l.Bytes += other.Bytes
}

func newLoad(objects iter.Seq[generate.Object]) Load {
	var l Load
	for o := range objects {
		l.Objects = append(l.Objects, o)
		l.Events += len(o.Records)
		l.Bytes += int64(len(o.Body))
	}
	return l
}

// writers is how many objects are put at once.
const writers = 8

// Put puts the load into the bucket, and adds what has to arrive to sent.
func (l *Load) Put(ctx context.Context, client *s3.Client, bucket string, sent *Sent) error {
	group, putting := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	versions := make([]string, len(l.Objects))
	for i, o := range l.Objects {
		group.Go(func() error {
			out, err := client.PutObject(putting, &s3.PutObjectInput{Bucket: &bucket, Key: &o.Key, Body: bytes.NewReader(o.Body)})
			if err != nil {
				return fmt.Errorf("put s3://%s/%s: %w", bucket, o.Key, err)
			}
			versions[i] = aws.ToString(out.VersionId)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err //nolint:wrapcheck // it names the object
	}
	for i, o := range l.Objects {
		source := landing.Pointer{Bucket: bucket, Key: o.Key, VersionID: versions[i]}.String()
		for _, r := range o.Records {
			if err := sent.Add(eventID(source, r), r.JSON); err != nil {
				return fmt.Errorf("%s, line %d: %w", source, r.Line, err)
			}
		}
	}
	return nil
}

// eventID is the ID that an event arrives with: its own, or the one that is made of its place.
func eventID(source string, r generate.Record) string {
	row, err := rumtest.Reference(r.JSON)
	if id, ok := row["event_id"].(string); ok && err == nil {
		return strings.ToLower(id)
	}
	return rum.DerivedID(source, int64(r.Line), int64(r.Element)).String()
}
