package delivery

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery/awstest"
	"github.com/rumline/rumline/shared/landing"
)

// TestFetcher: objects that come next are brought within bounds, and what cannot be brought is left to its reader.
func TestFetcher(t *testing.T) {
	t.Parallel()
	fake := awstest.New()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	source := &landing.Source{MaxDocumentBytes: 1 << 30, Client: s3.New(s3.Options{
		BaseEndpoint: &server.URL, Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), DisableLogOutputChecksumValidationSkipped: true,
	})}
	bodies := map[string][]byte{
		"0 first": []byte("first"), "1 kept": []byte("kept"), "2 small": []byte("small"), "3 large": bytes.Repeat([]byte("large"), aheadObjectBytes/5+1),
		"4 full": bytes.Repeat([]byte{'1'}, aheadObjectBytes), "5 full": bytes.Repeat([]byte{'2'}, aheadObjectBytes),
		"6 full": bytes.Repeat([]byte{'3'}, aheadObjectBytes), "7 full": bytes.Repeat([]byte{'4'}, aheadObjectBytes), "8 gone": []byte("gone"),
	}
	var objects []*landing.Object
	for _, key := range []string{"0 first", "1 kept", "2 small", "3 large", "4 full", "5 full", "6 full", "7 full", "8 gone"} {
		fake.Put("raw", key, bodies[key])
		o, err := source.Find(t.Context(), landing.Pointer{Bucket: "raw", Key: key}, key == "1 kept")
		require.NoError(t, err)
		objects = append(objects, o)
	}
	fake.Remove("raw", "8 gone")
	fake.Asked()

	f := newFetcher(t.Context(), objects)
	defer f.stop()
	for n, o := range objects {
		taken := f.take(n)
		require.LessOrEqual(t, f.bytes, int64(aheadBytes))
		require.Equal(t, o.Key, taken.Key)
		document, err := taken.Open(t.Context())
		if o.Key == "8 gone" {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err)
		body, err := io.ReadAll(document)
		require.NoError(t, err)
		require.NoError(t, document.Close())
		require.Equal(t, string(bodies[o.Key]), string(body), o.Key)
		streamed := o.Key == "0 first" || o.Key == "3 large"
		require.Equal(t, !streamed, taken.InMemory(), o.Key)
	}
	require.Zero(t, f.bytes)
	// One is kept since it was found, and the one that is gone is asked for by its reader once more.
	require.Equal(t, map[string]int{"GetObject": len(objects) - 1 + 1}, fake.Asked())
}

// TestFetcherStops: what is under way when the batch ends is given up.
func TestFetcherStops(t *testing.T) {
	t.Parallel()
	var once sync.Once
	asked := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.Header().Set("Content-Length", "5")
			return
		}
		once.Do(func() { close(asked) })
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	source := &landing.Source{Client: s3.New(s3.Options{
		BaseEndpoint: &server.URL, Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})}
	o, err := source.Find(context.Background(), landing.Pointer{Bucket: "raw", Key: "a"}, false)
	require.NoError(t, err)
	f := newFetcher(context.Background(), []*landing.Object{o, o})
	f.take(0)
	<-asked
	f.stop()
}
