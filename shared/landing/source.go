package landing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/rumline/rumline/shared/failure"
)

// S3 is what a Source asks of S3.
type S3 interface {
	GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(ctx context.Context, in *s3.HeadObjectInput, opts ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
}

// Source finds source objects in S3.
type Source struct {
	Client S3
	// MaxDocumentBytes bounds what one object may decompress to.
	MaxDocumentBytes int64
}

// Object is a source object that is known to exist and to be readable.
type Object struct {
	Pointer
	source *Source
	size   int64
	body   []byte // of a small object; nil for others
}

// Find makes sure that an object can be read. With keep it brings the object's bytes along, which for a small object
// saves a request. The code of its error is ObjectMissing, ObjectDenied, ObjectChanged or SourceUnavailable.
func (s *Source) Find(ctx context.Context, p Pointer, keep bool) (*Object, error) {
	if keep {
		return s.fetch(ctx, p)
	}
	out, err := s.Client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &p.Bucket, Key: &p.Key, VersionId: optional(p.VersionID), IfMatch: entityTag(p.ETag),
	})
	if err != nil {
		return nil, failure.Wrap(code(err), err, "find "+p.String())
	}
	return &Object{Pointer: p, source: s, size: aws.ToInt64(out.ContentLength)}, nil
}

func (s *Source) fetch(ctx context.Context, p Pointer) (*Object, error) {
	stream, size, err := s.get(ctx, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }() // its bytes were checked against their length
	body := newBody(size)
	if _, err = io.ReadFull(stream, body); err == nil {
		err = ended(stream)
	}
	if err != nil {
		keepBody(body)
		return nil, failure.Wrap(failure.SourceUnavailable, err, "read "+p.String())
	}
	return &Object{Pointer: p, source: s, size: size, body: body}, nil
}

// ended makes sure that a stream has no more bytes than were announced. Its end is where it is held against its checksum.
func ended(stream io.Reader) error {
	var one [1]byte
	switch n, err := io.ReadFull(stream, one[:]); {
	case n > 0:
		return errLonger
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err //nolint:wrapcheck // the caller wraps it
	}
}

var errLonger = errors.New("S3 sent more bytes than it announced")

// Open returns the document that the object holds. Closing it is the caller's.
//
// A document that is damaged or over the limits ends in a *rum.Rejected with Rest, at a place that depends on the
// object's bytes alone; whatever else fails is a SourceUnavailable (or, when the object has gone since Find, what Find
// returns for it).
func (o *Object) Open(ctx context.Context) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancel(ctx)
	if o.InMemory() {
		return readAhead(newDocument(inMemory{bytes.NewReader(o.body)}, o.size, o.source.MaxDocumentBytes), o.size, cancel), nil
	}
	stream, size, err := o.source.get(ctx, o.Pointer)
	if err != nil {
		cancel()
		return nil, err
	}
	return readAhead(newDocument(stream, size, o.source.MaxDocumentBytes), size, cancel), nil
}

// StoredBytes is the object's size in S3.
func (o *Object) StoredBytes() int64 { return o.size }

// InMemory says that Open makes no request.
func (o *Object) InMemory() bool { return o.body != nil }

// Release gives back the memory of the bytes that Find or Fetch brought. The documents that were opened of it have to be closed; Open asks
// S3 for the bytes again.
func (o *Object) Release() {
	keepBody(o.body)
	o.body = nil
}

// Fetch returns the object with its bytes. The codes of its errors are those of Find's.
func (o *Object) Fetch(ctx context.Context) (*Object, error) { return o.source.fetch(ctx, o.Pointer) }

func (s *Source) get(ctx context.Context, p Pointer) (io.ReadCloser, int64, error) {
	out, err := s.Client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &p.Bucket, Key: &p.Key, VersionId: optional(p.VersionID), IfMatch: entityTag(p.ETag),
	})
	if err != nil {
		return nil, 0, failure.Wrap(code(err), err, "get "+p.String())
	}
	size := aws.ToInt64(out.ContentLength)
	return &storedStream{object: p, body: out.Body, left: size}, size, nil
}

// storedStream is an object's bytes as S3 sends them. A stream that breaks off must not pass for a short object: a cut gzip
// stream would be taken for a damaged one and its rest be given up.
type storedStream struct {
	object Pointer
	body   io.ReadCloser
	left   int64
}

func (s *storedStream) Read(b []byte) (int, error) {
	n, err := s.body.Read(b)
	s.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && s.left > 0:
		return n, failure.New(failure.SourceUnavailable, "read %s: S3 sent %d bytes too few", s.object, s.left)
	case err == nil || errors.Is(err, io.EOF):
		return n, err //nolint:wrapcheck // io.Reader asks for io.EOF itself
	default:
		return n, failure.Wrap(failure.SourceUnavailable, err, "read "+s.object.String())
	}
}

func (s *storedStream) Close() error {
	if err := s.body.Close(); err != nil {
		return fmt.Errorf("close %s: %w", s.object, err)
	}
	return nil
}

// code tells from S3's answer what a failed request means for the object.
func code(err error) failure.Code {
	var response *awshttp.ResponseError
	if !errors.As(err, &response) {
		return failure.SourceUnavailable
	}
	switch response.HTTPStatusCode() {
	case http.StatusNotFound, http.StatusMethodNotAllowed: // 405: the version is a delete marker
		return failure.ObjectMissing
	case http.StatusForbidden, http.StatusUnauthorized, http.StatusBadRequest:
		return failure.ObjectDenied
	case http.StatusPreconditionFailed:
		return failure.ObjectChanged
	default:
		return failure.SourceUnavailable
	}
}

// entityTag is the tag as HTTP has it, with quotes (RFC 9110, section 8.8.3).
func entityTag(tag string) *string {
	if tag == "" {
		return nil
	}
	return aws.String(`"` + tag + `"`)
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
