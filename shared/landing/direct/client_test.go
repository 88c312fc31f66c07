package direct_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/landing/direct"
)

var (
	_ landing.S3 = (*direct.Client)(nil)

	keys = aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: "token"}
)

// server keeps the requests that it gets.
type server struct {
	*httptest.Server

	mu   sync.Mutex
	seen []*http.Request
}

func newServer(t *testing.T, answer http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen = append(s.seen, r)
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests are those since the last time.
func (s *server) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}

// sdk is a client of the server, which asks once. Its transport has every host name lead there.
func (s *server) sdk(change ...func(*s3.Options)) *s3.Client {
	o := s3.Options{
		BaseEndpoint: &s.URL, Region: "eu-west-1", UsePathStyle: true, RetryMaxAttempts: 1, AppID: "rumline",
		Credentials: credentials.StaticCredentialsProvider{Value: keys},
		DisableLogOutputChecksumValidationSkipped: true,
		ResponseChecksumValidation:                aws.ResponseChecksumValidationWhenSupported,
	}
	return s3.New(o, change...)
}

func object(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("ETag", `"e"`)
	w.Header().Set("X-Amz-Version-Id", "v")
	io.WriteString(w, "hello\n")
}

// TestRequests: what S3 gets is what the SDK sends, byte by byte, but for what tells of the SDK's own doings.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t, object)
	for name, change := range map[string]func(*s3.Options){
		"path style": func(*s3.Options) {},
		"host style": func(o *s3.Options) { o.UsePathStyle, o.HTTPClient = false, s.everywhere() },
		"no endpoint": func(o *s3.Options) {
			o.UsePathStyle, o.HTTPClient, o.BaseEndpoint = false, s.everywhere(), nil
			o.EndpointOptions.DisableHTTPS = true
		},
		"dual stack": func(o *s3.Options) {
			o.UsePathStyle, o.HTTPClient, o.BaseEndpoint = false, s.everywhere(), nil
			o.EndpointOptions.DisableHTTPS, o.EndpointOptions.UseDualStackEndpoint = true, aws.DualStackEndpointStateEnabled
		},
		"below a path":  func(o *s3.Options) { o.BaseEndpoint = aws.String(s.URL + "/below") },
		"no checksums":  func(o *s3.Options) { o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired },
		"without token": func(o *s3.Options) { o.Credentials = credentials.NewStaticCredentialsProvider("id", "secret", "") },
	} {
		sdk := s.sdk(change)
		c := direct.New(sdk)
		for _, key := range []string{"rum/a", "rum/a b+cä=1.gz", "日本語/%41/'(!)*~&$@:,;?#[]", "a//b/../c/", "/leading", "rum/2026/11/23/edge=fra50.ndjson"} {
			for _, in := range []s3.GetObjectInput{{}, {VersionId: aws.String("v/1+=_")}, {IfMatch: aws.String(`"e-2"`)}} {
				in.Bucket, in.Key = aws.String("raw.bucket-1"), &key
				if name == "no endpoint" || name == "dual stack" || name == "host style" {
					in.Bucket = aws.String("raw-bucket")
				}
				filled := in // the SDK writes into its inputs
				_, err := sdk.GetObject(t.Context(), &filled)
				require.NoError(t, err)
				_, err = c.GetObject(t.Context(), &in)
				require.NoError(t, err)
				got := s.requests()
				require.Len(t, got, 2, "%s %s", name, key)
				require.Equal(t, shown(got[0]), shown(got[1]), "%s", name)
				require.Empty(t, got[1].Header.Get("Amz-Sdk-Invocation-Id"), "%s %s did not go the direct way", name, key)
				verify(t, got[1])
			}
		}
	}
}

// everywhere leads to the server, whatever the host.
func (s *server) everywhere() *http.Client {
	return &http.Client{Transport: redirected{s.Client().Transport, s.Listener.Addr().String()}}
}

type redirected struct {
	http.RoundTripper
	address string
}

// RoundTrip implements http.RoundTripper.
func (r redirected) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Host = request.URL.Host
	request.URL.Host = r.address
	return r.RoundTripper.RoundTrip(request)
}

// shown is a request without its signature and what the SDK tells of itself.
func shown(r *http.Request) string {
	h := maps.Clone(r.Header)
	for _, own := range []string{"Authorization", "X-Amz-Date", "Amz-Sdk-Invocation-Id", "Amz-Sdk-Request"} {
		delete(h, own)
	}
	return fmt.Sprint(r.Method, " ", r.RequestURI, " ", r.Host, " ", h)
}

// verify makes the signature of what has come once more, by the headers that it says it is of.
func verify(t *testing.T, r *http.Request) {
	t.Helper()
	authorization := r.Header.Get("Authorization")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	require.NoError(t, err)
	again, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+r.Host+r.RequestURI, http.NoBody)
	require.NoError(t, err)
	_, signed, _ := strings.Cut(authorization, "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	for name := range strings.SplitSeq(signed, ";") {
		if name != "host" {
			again.Header.Set(name, r.Header.Get(name))
		}
	}
	require.Contains(t, signed, "x-amz-content-sha256")
	used := keys
	used.SessionToken = r.Header.Get("X-Amz-Security-Token")
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	require.NoError(t, signer.SignHTTP(r.Context(), used, again, r.Header.Get("X-Amz-Content-Sha256"), "s3", "eu-west-1", at))
	require.Equal(t, again.Header.Get("Authorization"), authorization, "%s", r.RequestURI)
}

func sum(h hash.Hash, text string) string {
	io.WriteString(h, text)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// TestAnswers: whatever S3 answers, the caller gets what the SDK would have made of it.
func TestAnswers(t *testing.T) {
	t.Parallel()
	nvme := crc64.New(crc64.MakeTable(0x9a6c9329ac4bc9b5))
	with := func(header, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(header, value)
			object(w, r)
		}
	}
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		direct bool
	}{
		"an object":           {object, true},
		"an empty object":     {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "0") }, true},
		"CRC64NVME":           {with("X-Amz-Checksum-Crc64nvme", sum(nvme, "hello\n")), true},
		"CRC32":               {with("X-Amz-Checksum-Crc32", sum(crc32.NewIEEE(), "hello\n")), true},
		"CRC32C":              {with("X-Amz-Checksum-Crc32c", sum(crc32.New(crc32.MakeTable(crc32.Castagnoli)), "hello\n")), true},
		"SHA256":              {with("X-Amz-Checksum-Sha256", "WJG3tSLR+aiO6kyVqT6L9yStrQWvdhLxoOFy9j4H+QM="), true},
		"a checksum of parts": {with("X-Amz-Checksum-Crc32", "AAAAAA==-2"), true},
		"a wrong CRC64NVME":   {with("X-Amz-Checksum-Crc64nvme", "AAAAAAAAAAA="), true},
		"a wrong CRC32":       {with("X-Amz-Checksum-Crc32", "AAAAAA=="), true},
		"a wrong SHA1":        {with("X-Amz-Checksum-Sha1", "AAAAAA=="), true},
		"a length that is kept": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "hello")
		}, true},
		"no length": {func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "hel")
			_ = http.NewResponseController(w).Flush()
			io.WriteString(w, "lo\n")
		}, false},
		"part of it": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusPartialContent)
			io.WriteString(w, "hel")
		}, false},
		"missing":   {failing(http.StatusNotFound, "NoSuchKey"), false},
		"denied":    {failing(http.StatusForbidden, "AccessDenied"), false},
		"changed":   {failing(http.StatusPreconditionFailed, "PreconditionFailed"), false},
		"moved":     {failing(http.StatusMovedPermanently, "PermanentRedirect"), false},
		"slow down": {failing(http.StatusServiceUnavailable, "SlowDown"), false},
		"broken":    {failing(http.StatusInternalServerError, "InternalError"), false},
		"no answer": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, test.answer)
			sdk := s.sdk()
			in := &s3.GetObjectInput{Bucket: aws.String("raw"), Key: aws.String("rum/a")}
			filled := *in // the SDK writes into its inputs
			want := outcome(sdk.GetObject(t.Context(), &filled))
			s.requests()
			require.Equal(t, want, outcome(direct.New(sdk).GetObject(t.Context(), in)))
			requests := s.requests()
			if test.direct {
				require.Len(t, requests, 1)
				return
			}
			require.NotEmpty(t, requests[len(requests)-1].Header.Get("Amz-Sdk-Invocation-Id"), "the last word is the SDK's")
		})
	}
}

func failing(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>m</Message></Error>", code)
	}
}

// outcome is what a caller sees. Of errors that is their kind, and whether the body had them.
func outcome(out *s3.GetObjectOutput, err error) string {
	if err != nil {
		var status interface{ HTTPStatusCode() int }
		if errors.As(err, &status) {
			return fmt.Sprint("status ", status.HTTPStatusCode())
		}
		return "no answer"
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	return fmt.Sprint(string(body), " broken ", err != nil, " ", aws.ToInt64(out.ContentLength), aws.ToString(out.ETag), aws.ToString(out.VersionId))
}

// TestLeftToTheSDK: what the direct way cannot do goes the long one.
func TestLeftToTheSDK(t *testing.T) {
	t.Parallel()
	s := newServer(t, object)
	usual := s3.GetObjectInput{Bucket: aws.String("raw"), Key: aws.String("rum/a")}
	ranged := usual
	ranged.Range = aws.String("bytes=0-1")
	for name, get := range map[string]func(*direct.Client) (*s3.GetObjectOutput, error){
		"more in the input": func(c *direct.Client) (*s3.GetObjectOutput, error) { return c.GetObject(t.Context(), &ranged) },
		"an option": func(c *direct.Client) (*s3.GetObjectOutput, error) {
			in := usual
			return c.GetObject(t.Context(), &in, func(*s3.Options) {})
		},
	} {
		_, err := get(direct.New(s.sdk()))
		require.NoError(t, err, name)
		require.NotEmpty(t, s.requests()[0].Header.Get("Amz-Sdk-Invocation-Id"), name)
	}
	unsigned := direct.New(s.sdk(func(o *s3.Options) { o.Credentials = aws.AnonymousCredentials{} }))
	_, err := unsigned.GetObject(t.Context(), &usual)
	require.NoError(t, err)
	require.Empty(t, s.requests()[0].Header.Get("Authorization"))

	head, err := direct.New(s.sdk()).HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("raw"), Key: aws.String("rum/a")})
	require.NoError(t, err)
	require.Equal(t, `"e"`, aws.ToString(head.ETag))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = direct.New(s.sdk()).GetObject(ctx, &usual)
	require.ErrorIs(t, err, context.Canceled)
}

// TestManyAtOnce: the first requests of a bucket learn together how to go on.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, object)
	c := direct.New(s.sdk())
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("raw"), Key: aws.String(fmt.Sprint("rum/", i))})
			if err != nil {
				t.Error(err)
				return
			}
			_ = out.Body.Close()
		})
	}
	group.Wait()
	require.Len(t, s.requests(), 50)
}
