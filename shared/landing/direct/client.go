// Package direct gets objects from S3 on a shorter way than the SDK's. Of a small object's GET, most of the processor's time
// goes into the some forty middlewares of the SDK, which come to the same request each time but for the key. So the SDK is
// asked once what it would send, and that is sent from then on, with another key and a signature of its own.
//
// It is the SDK's to deal with whatever is not a whole object: any other answer than 200, and none, is dropped, and the SDK
// is asked for the object. So retries, redirects and errors are the SDK's.
package direct

import (
	"context"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Client gets objects. It is safe for concurrent use.
type Client struct {
	sdk         *s3.Client
	http        s3.HTTPClient
	credentials aws.CredentialsProvider
	signer      *v4.Signer

	mu        sync.RWMutex
	templates map[string]*template // by bucket; nil is a bucket that is left to the SDK
}

// New returns a client that does what an SDK's client would. It makes no request.
func New(sdk *s3.Client) *Client {
	options := sdk.Options()
	return &Client{
		sdk: sdk, http: options.HTTPClient, credentials: options.Credentials, templates: map[string]*template{},
		// S3 is the one service that signs paths as they are
		// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
		signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }),
	}
}

// HeadObject is the SDK's.
func (c *Client) HeadObject(ctx context.Context, in *s3.HeadObjectInput, opts ...func(*s3.Options)) (*s3.HeadObjectOutput, error) {
	return c.sdk.HeadObject(ctx, in, opts...) //nolint:wrapcheck // it stands for the SDK's client
}

// GetObject returns what the SDK's would: its errors, and of its answer the body, which is held against the checksum that
// S3 has of it, the length, the entity tag and the version. It takes the direct way when the input has no more than a bucket, a
// key, a version and an entity tag to match.
func (c *Client) GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	if len(opts) == 0 && plain(in) {
		if out := c.get(ctx, in); out != nil {
			return out, nil
		}
	}
	return c.sdk.GetObject(ctx, in, opts...) //nolint:wrapcheck // it stands for the SDK's client
}

// plain says that a request is a template's but for what get puts into it.
func plain(in *s3.GetObjectInput) bool {
	rest := *in
	rest.Bucket, rest.Key, rest.VersionId, rest.IfMatch = nil, nil, nil, nil
	return rest == s3.GetObjectInput{} && aws.ToString(in.Bucket) != "" && aws.ToString(in.Key) != ""
}

// get returns nil for what it leaves to the SDK.
func (c *Client) get(ctx context.Context, in *s3.GetObjectInput) *s3.GetObjectOutput {
	t := c.template(ctx, *in.Bucket)
	if t == nil {
		return nil
	}
	request, err := t.request(ctx, in)
	if err != nil {
		return nil
	}
	credentials, err := c.credentials.Retrieve(ctx)
	if err != nil {
		return nil
	}
	if err := t.sign(ctx, c.signer, credentials, request); err != nil {
		return nil
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil
	}
	if answer.StatusCode != http.StatusOK || answer.ContentLength < 0 {
		drop(answer.Body)
		return nil
	}
	return &s3.GetObjectOutput{
		Body: checked(answer), ContentLength: &answer.ContentLength,
		ETag: header(answer, "Etag"), VersionId: header(answer, "X-Amz-Version-Id"),
	}
}

// template returns what requests for a bucket's objects have in common.
func (c *Client) template(ctx context.Context, bucket string) *template {
	c.mu.RLock()
	t, known := c.templates[bucket]
	c.mu.RUnlock()
	if known {
		return t
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, known := c.templates[bucket]; known {
		return t
	}
	t, err := learn(ctx, c.sdk, bucket)
	if err != nil {
		return nil // the next request may learn it
	}
	c.templates[bucket] = t
	return t
}

func header(answer *http.Response, name string) *string {
	if value := answer.Header.Get(name); value != "" {
		return &value
	}
	return nil
}
