package backfill

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Selection says which of a bucket's objects are meant.
type Selection struct {
	Bucket string
	Prefix string
	// After is the key after which to begin.
	After string
	// Since and Until bound when the objects were put: from Since on, before Until. Zero does not bound.
	Since, Until time.Time
	// Max bounds how many objects are meant; 0 means all.
	Max int64
	// Unversioned includes objects without a version.
	Unversioned bool
}

// Object is the latest version of an object. VersionID is empty for one that has none.
type Object struct {
	Key       string
	VersionID string
	ETag      string // without quotes
	Size      int64
	PutAt     time.Time
}

// noVersion is the version of objects that were put while the bucket kept none.
const noVersion = "null"

// objects returns the selected objects in the order of their keys. skipped is called for those that are left out because
// they have no version.
func (s Selection) objects(ctx context.Context, client s3.ListObjectVersionsAPIClient, skipped func()) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		in := &s3.ListObjectVersionsInput{Bucket: &s.Bucket, Prefix: &s.Prefix}
		if s.After != "" {
			in.KeyMarker = &s.After
		}
		left := s.Max
		pages := s3.NewListObjectVersionsPaginator(client, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Object{}, fmt.Errorf("list s3://%s/%s: %w", s.Bucket, s.Prefix, err))
				return
			}
			for _, v := range page.Versions {
				o, ok := s.choose(v, skipped)
				if !ok {
					continue
				}
				if !yield(o, nil) {
					return
				}
				left--
				if left == 0 {
					return
				}
			}
		}
	}
}

func (s Selection) choose(v types.ObjectVersion, skipped func()) (Object, bool) {
	put := aws.ToTime(v.LastModified)
	switch {
	case !aws.ToBool(v.IsLatest), aws.ToString(v.Key) <= s.After && s.After != "":
		return Object{}, false
	case !s.Since.IsZero() && put.Before(s.Since), !s.Until.IsZero() && !put.Before(s.Until):
		return Object{}, false
	}
	o := Object{
		Key: aws.ToString(v.Key), VersionID: aws.ToString(v.VersionId), ETag: unquote(aws.ToString(v.ETag)),
		Size: aws.ToInt64(v.Size), PutAt: put,
	}
	if o.VersionID == noVersion {
		o.VersionID = ""
	}
	if o.VersionID == "" && !s.Unversioned {
		skipped()
		return Object{}, false
	}
	return o, true
}
