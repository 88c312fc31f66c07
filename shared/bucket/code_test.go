package bucket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/bucket"
	"github.com/rumline/rumline/shared/failure"
)

func TestWhatS3AnswersSaysWhetherItCanPass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		code   string
		want   failure.Code
	}{
		{http.StatusForbidden, "AccessDenied", failure.DestinationRefused},
		{http.StatusForbidden, "InvalidAccessKeyId", failure.DestinationRefused},
		{http.StatusNotFound, "NoSuchBucket", failure.DestinationRefused},
		{http.StatusBadRequest, "KMS.DisabledException", failure.DestinationRefused},
		{http.StatusBadRequest, "InvalidArgument", failure.DestinationRefused},
		{http.StatusMovedPermanently, "PermanentRedirect", failure.DestinationRefused},
		{http.StatusServiceUnavailable, "SlowDown", failure.DestinationUnavailable},
		{http.StatusInternalServerError, "InternalError", failure.DestinationUnavailable},
		{http.StatusTooManyRequests, "TooManyRequests", failure.DestinationUnavailable},
		{http.StatusBadRequest, "RequestTimeout", failure.DestinationUnavailable},
		{http.StatusBadRequest, "ExpiredToken", failure.DestinationUnavailable},
		{http.StatusBadRequest, "KMS.ThrottlingException", failure.DestinationUnavailable},
		{http.StatusForbidden, "RequestTimeTooSkewed", failure.DestinationUnavailable},
		{http.StatusConflict, "OperationAborted", failure.DestinationUnavailable},
	} {
		t.Run(c.code, func(t *testing.T) {
			t.Parallel()
			err := put(t, t.Context(), func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				fmt.Fprintf(w, "<Error><Code>%s</Code><Message>so it is</Message></Error>", c.code)
			})
			require.Equal(t, c.want, failure.CodeOf(err), err)
			require.ErrorContains(t, err, "s3://lake-bucket/events/b1-00000.list")
			require.ErrorContains(t, err, c.code)
		})
	}
}

func TestConnectionsThatBreakMayPass(t *testing.T) {
	t.Parallel()
	err := put(t, t.Context(), func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			err = connection.Close()
		}
		if err != nil {
			panic(err)
		}
	})
	require.Equal(t, failure.DestinationUnavailable, failure.CodeOf(err), err)
	var broken net.Error
	require.True(t, errors.Is(err, io.EOF) || errors.As(err, &broken), err)
}

func TestTimeoutsMayPass(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	err := put(t, ctx, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server notices that its client is gone once it has read everything
		cancel()
		<-r.Context().Done()
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, failure.DestinationUnavailable, failure.CodeOf(err), err)
}

// put puts an object into an S3 that answers as told.
func put(t *testing.T, ctx context.Context, answer http.HandlerFunc) error { //nolint:revive // the test comes first
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	client := s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	codes := bucket.Codes{Unavailable: failure.DestinationUnavailable, Refused: failure.DestinationRefused}
	return bucket.New(client, "lake-bucket", codes).Put(ctx, "events/b1-00000.list", "text/plain", []byte("list"))
}
