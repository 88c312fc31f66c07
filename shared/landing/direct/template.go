package direct

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/encoding/httpbinding"
)

// template is what all requests for a bucket's objects have in common.
type template struct {
	base            url.URL // without the key and the slash before it
	header          http.Header
	region, service string // that signatures are for
}

// recorder is an HTTP client that sends nothing.
type recorder struct{ request *http.Request }

var errRecorded = errors.New("the request was recorded, and not sent")

// Do implements s3.HTTPClient.
func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	r.request = request
	return nil, errRecorded
}

// sample is the key of the request that is recorded. It has nothing in it that would be escaped.
const sample = "sample"

// learn has the SDK make the request for an object of a bucket. It returns nil and no error when requests to the bucket
// cannot be made by it: they are not signed, or in another way than by AWS4-HMAC-SHA256.
func learn(ctx context.Context, sdk *s3.Client, bucket string) (*template, error) {
	var r recorder
	_, err := sdk.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(sample)}, func(o *s3.Options) {
		o.HTTPClient, o.Retryer = &r, aws.NopRetryer{}
	})
	if r.request == nil {
		return nil, fmt.Errorf("record a request: %w", err)
	}
	t := &template{base: *r.request.URL, header: r.request.Header.Clone()}
	path, ok := strings.CutSuffix(t.base.Path, "/"+sample)
	if !ok || t.base.RawPath != "" && t.base.RawPath != t.base.Path {
		return nil, nil
	}
	t.base.Path, t.base.RawPath = path, ""
	_, scope, _ := strings.Cut(t.header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=")
	scope, _, _ = strings.Cut(scope, ",")
	parts := strings.Split(scope, "/") // key/date/region/service/aws4_request
	if len(parts) != 5 || t.header.Get(payloadHash) == "" || t.header.Get("X-Amz-S3session-Token") != "" {
		return nil, nil
	}
	t.region, t.service = parts[2], parts[3]
	for _, own := range ownHeaders {
		t.header.Del(own)
	}
	return t, nil
}

// payloadHash is the header with the hash of the body that a request does not have.
const payloadHash = "X-Amz-Content-Sha256"

// ownHeaders are those of a single request: what the signer sets, and what the SDK tells of itself, by which nothing is
// decided. The trace that a function's call belongs to is for services that call functions.
var ownHeaders = []string{
	"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "Amz-Sdk-Invocation-Id", "Amz-Sdk-Request", "X-Amzn-Trace-Id",
}

// request makes the request for an object.
func (t *template) request(ctx context.Context, in *s3.GetObjectInput) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "", http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	u := t.base
	u.Path = t.base.Path + "/" + *in.Key
	if escaped := httpbinding.EscapePath(*in.Key, false); escaped != *in.Key {
		u.RawPath = t.base.Path + "/" + escaped
	}
	if in.VersionId != nil {
		u.RawQuery = "versionId=" + url.QueryEscape(*in.VersionId) + "&" + u.RawQuery
	}
	request.URL, request.Host, request.Header = &u, u.Host, t.header.Clone()
	if in.IfMatch != nil {
		request.Header.Set("If-Match", *in.IfMatch)
	}
	return request, nil
}

func (t *template) sign(ctx context.Context, signer *v4.Signer, credentials aws.Credentials, request *http.Request) error {
	return signer.SignHTTP(ctx, credentials, request, request.Header.Get(payloadHash), t.service, t.region, time.Now()) //nolint:wrapcheck // nobody reads it
}
