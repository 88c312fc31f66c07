package quarantine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/klauspost/compress/zstd"
)

// ReadAPI is what a Reader needs of an S3 client.
type ReadAPI interface {
	s3.ListObjectsV2APIClient
	GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// Reader reads a quarantine, of all its destinations.
type Reader struct {
	client ReadAPI
	config Config
}

// NewReader returns a reader of what is kept where the configuration says.
func NewReader(client ReadAPI, config Config) (*Reader, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	return &Reader{client: client, config: config}, nil
}

// Selection says which records are read. The zero value selects all.
type Selection struct {
	// Destination, unless it is empty, is the one whose records are read.
	Destination string
	// Since is when S3 must have taken a record, at the earliest.
	Since time.Time
}

// Records are the selected records: by destination, by batch, and in the order of each batch. An error ends them.
func (r *Reader) Records(ctx context.Context, selection Selection) iter.Seq2[Record, error] {
	prefix := r.config.Prefix
	if selection.Destination != "" {
		prefix += selection.Destination + "/"
	}
	return r.objects(ctx, prefix, selection.Since)
}

// ErrNotFound is the error for an ID that no record has.
var ErrNotFound = errors.New("there is no such record in the quarantine")

// Find returns the record of an ID.
func (r *Reader) Find(ctx context.Context, id string) (Record, error) {
	name, _, ok := strings.Cut(id, ":")
	if !ok || strings.Count(name, "/") != 2 {
		return Record{}, fmt.Errorf("%q is no ID of a record: those look like parquet/6f…/00000:17", id)
	}
	// Listed rather than asked for, to know when it was stored.
	for record, err := range r.objects(ctx, r.config.Prefix+name+suffix, time.Time{}) {
		if err != nil {
			return Record{}, err
		}
		if record.ID == id {
			return record, nil
		}
	}
	return Record{}, fmt.Errorf("%w: %s", ErrNotFound, id)
}

// objects reads all objects whose keys have the prefix.
func (r *Reader) objects(ctx context.Context, prefix string, since time.Time) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		pages := s3.NewListObjectsV2Paginator(r.client, &s3.ListObjectsV2Input{
			Bucket: aws.String(r.config.Bucket), Prefix: aws.String(prefix),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Record{}, fmt.Errorf("listing s3://%s/%s: %w", r.config.Bucket, prefix, err))
				return
			}
			for _, o := range page.Contents {
				if aws.ToTime(o.LastModified).Before(since) {
					continue
				}
				for record, err := range r.part(ctx, aws.ToString(o.Key), aws.ToTime(o.LastModified)) {
					if !yield(record, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

// part reads one object.
func (r *Reader) part(ctx context.Context, key string, stored time.Time) iter.Seq2[Record, error] {
	id := strings.TrimSuffix(strings.TrimPrefix(key, r.config.Prefix), suffix) + ":"
	return func(yield func(Record, error) bool) {
		n := 0
		wrong := func(err error) {
			yield(Record{}, fmt.Errorf("reading record %d of s3://%s/%s: %w", n, r.config.Bucket, key, err))
		}
		out, err := r.client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(r.config.Bucket), Key: aws.String(key)})
		if err != nil {
			wrong(err)
			return
		}
		defer func() { _ = out.Body.Close() }() // what is read is checked as it is read
		plain, err := zstd.NewReader(out.Body, zstd.WithDecoderConcurrency(1))
		if err != nil {
			wrong(err)
			return
		}
		defer plain.Close()
		lines := bufio.NewReader(plain)
		for ; ; n++ {
			text, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) && len(text) == 0 {
				return
			}
			record := Record{ID: id + strconv.Itoa(n), Stored: stored}
			if err == nil {
				err = json.Unmarshal(text, &record)
			}
			if err != nil {
				wrong(err)
				return
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}
