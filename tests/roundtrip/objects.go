// Package roundtrip puts events into the raw bucket, reads back what arrived at the destinations, and holds the one against
// the other.
package roundtrip

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// Rows are the events of a destination, in no particular order. An error ends them.
type Rows = iter.Seq2[rumtest.Row, error]

// Objects is a place in S3 that a destination writes to.
type Objects struct {
	Client *s3.Client
	Bucket string
	Prefix string
}

// Size counts the objects and their bytes.
func (o Objects) Size(ctx context.Context) (objects int, size int64, err error) {
	for object, err := range o.list(ctx) {
		if err != nil {
			return 0, 0, err
		}
		objects++
		size += object.size
	}
	return objects, size, nil
}

// Parquet reads the events of Parquet files: the named fields, or all when none is named.
func (o Objects) Parquet(ctx context.Context, fields ...string) Rows {
	return o.rows(ctx, func(body []byte, yield func(rumtest.Row, error) bool) bool {
		file, err := lakefile.Open(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			return yield(nil, err)
		}
		for row, err := range file.Rows(fields...) {
			if !yield(rumtest.Row(row), err) {
				return false
			}
		}
		return true
	})
}

// JSON reads the events of the training export.
func (o Objects) JSON(ctx context.Context) Rows {
	return o.rows(ctx, func(body []byte, yield func(rumtest.Row, error) bool) bool {
		for row, err := range export.Rows(bytes.NewReader(body)) {
			if !yield(rumtest.Row(row), err) {
				return false
			}
		}
		return true
	})
}

// rows reads the events of one object after another.
func (o Objects) rows(ctx context.Context, read func([]byte, func(rumtest.Row, error) bool) bool) Rows {
	return func(yield func(rumtest.Row, error) bool) {
		for object, err := range o.list(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			body, err := o.get(ctx, object.key)
			if err != nil {
				yield(nil, err)
				return
			}
			more := read(body, func(row rumtest.Row, err error) bool {
				if err != nil {
					yield(nil, fmt.Errorf("s3://%s/%s: %w", o.Bucket, object.key, err))
					return false
				}
				return yield(row, nil)
			})
			if !more {
				return
			}
		}
	}
}

type listed struct {
	key  string
	size int64
}

// list lists the objects that are files of the table.
func (o Objects) list(ctx context.Context) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		pages := s3.NewListObjectsV2Paginator(o.Client, &s3.ListObjectsV2Input{Bucket: &o.Bucket, Prefix: &o.Prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(listed{}, fmt.Errorf("list s3://%s/%s: %w", o.Bucket, o.Prefix, err))
				return
			}
			for _, object := range page.Contents {
				if hidden(aws.ToString(object.Key)) {
					continue
				}
				if !yield(listed{aws.ToString(object.Key), aws.ToInt64(object.Size)}, nil) {
					return
				}
			}
		}
	}
}

// hidden says that engines that read the folder as a table skip an object: Athena does, and Hive, by the last part of its name.
// https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html
func hidden(key string) bool {
	name := key[strings.LastIndex(key, "/")+1:]
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

func (o Objects) get(ctx context.Context, key string) ([]byte, error) {
	out, err := o.Client.GetObject(ctx, &s3.GetObjectInput{Bucket: &o.Bucket, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("get s3://%s/%s: %w", o.Bucket, key, err)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		return nil, fmt.Errorf("get s3://%s/%s: %w", o.Bucket, key, err)
	}
	return body, nil
}
