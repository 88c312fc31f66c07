package landing_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/rum"
)

// client is a real S3 client that asks the given server, once.
func client(t *testing.T, server http.Handler) *s3.Client {
	t.Helper()
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	return s3.New(s3.Options{
		BaseEndpoint: &s.URL, Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})
}

func TestFindAndOpen(t *testing.T) {
	t.Parallel()
	c := client(t, gofakes3.New(s3mem.New()).Server())
	_, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("raw")})
	require.NoError(t, err)
	const key, text = "rum/a b+cä=1", "hello\n"
	_, err = c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("raw"), Key: aws.String(key), Body: strings.NewReader(text)})
	require.NoError(t, err)
	source := landing.Source{Client: c, MaxDocumentBytes: 1 << 20}

	for _, keep := range []bool{true, false} {
		o, err := source.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: key}, keep)
		require.NoError(t, err)
		for range 2 { // a batch may be read again
			require.Equal(t, text, read(t, o))
		}
		_, err = source.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: "rum/none"}, keep)
		require.Equal(t, failure.ObjectMissing, failure.CodeOf(err), "%v", err)
		require.ErrorContains(t, err, "s3://raw/rum/none")
	}

	source.MaxDocumentBytes = 3
	o, err := source.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: key}, true)
	require.NoError(t, err)
	document, err := o.Open(t.Context())
	require.NoError(t, err)
	_, err = io.ReadAll(document)
	var rest *rum.Rejected
	require.ErrorAs(t, err, &rest)
	require.Equal(t, rum.TooLarge, rest.Reason)
}

func read(t *testing.T, o *landing.Object) string {
	t.Helper()
	document, err := o.Open(t.Context())
	require.NoError(t, err)
	b, err := io.ReadAll(document)
	require.NoError(t, err)
	require.NoError(t, document.Close())
	return string(b)
}

// TestFailures: what S3 answers decides whether trying again may help.
func TestFailures(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]failure.Code{
		404: failure.ObjectMissing, 405: failure.ObjectMissing, 403: failure.ObjectDenied, 412: failure.ObjectChanged,
		429: failure.SourceUnavailable, 500: failure.SourceUnavailable, 503: failure.SourceUnavailable,
	} {
		source := landing.Source{Client: client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-Match") != `"e"` || r.URL.Query().Get("versionId") != "v" {
				w.WriteHeader(http.StatusTeapot)
				return
			}
			w.WriteHeader(status)
		}))}
		for _, keep := range []bool{true, false} {
			_, err := source.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: "k", VersionID: "v", ETag: "e"}, keep)
			require.Equal(t, want, failure.CodeOf(err), "%d: %v", status, err)
		}
	}
	t.Run("no answer", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		source := landing.Source{Client: client(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))}
		_, err := source.Find(ctx, landing.Pointer{Bucket: "raw", Key: "k"}, true)
		require.Equal(t, failure.SourceUnavailable, failure.CodeOf(err), "%v", err)
	})
	t.Run("an answer that breaks off", func(t *testing.T) {
		t.Parallel()
		source := landing.Source{Client: client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "hello")
		}))}
		_, err := source.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: "k"}, true)
		require.Equal(t, failure.SourceUnavailable, failure.CodeOf(err), "%v", err)
	})
}

// TestReleasedMemoryIsAnothers: an object that was released is read from S3 again, whatever its memory is used for by now.
func TestReleasedMemoryIsAnothers(t *testing.T) {
	t.Parallel()
	c := client(t, gofakes3.New(s3mem.New()).Server())
	_, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("raw")})
	require.NoError(t, err)
	s := landing.Source{Client: c, MaxDocumentBytes: 1 << 20}
	first, second := strings.Repeat("a", 300<<10), strings.Repeat("b", 280<<10)
	for key, text := range map[string]string{"first": first, "second": second} {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("raw"), Key: &key, Body: strings.NewReader(text)})
		require.NoError(t, err)
	}
	for range 3 {
		one, err := s.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: "first"}, true)
		require.NoError(t, err)
		require.Equal(t, first, read(t, one))
		one.Release()
		require.False(t, one.InMemory())
		other, err := s.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: "second"}, true)
		require.NoError(t, err)
		require.Equal(t, second, read(t, other))
		require.Equal(t, first, read(t, one))
		require.Equal(t, second, read(t, other))
		other.Release()
	}
}
