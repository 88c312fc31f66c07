package frontdoor

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestService(t *testing.T) {
	tests := []struct{ name, url, authorization, want string }{
		{"signed", "/", "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0", "s3"},
		{"presigned", "/b/k?X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fs3%2Faws4_request", "", "s3"},
		{"not signed", "/", "", ""},
		{"another scheme", "/", "Bearer x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, tt.url, http.NoBody)
			r.Header.Set("Authorization", tt.authorization)
			assert.Equal(t, tt.want, service(r))
		})
	}
}

func TestParseFunctionCall(t *testing.T) {
	tests := []struct {
		name, method, path string
		want               functionCall
		other              bool // no call about functions
	}{
		{name: "create", method: "POST", path: "/2015-03-31/functions", want: functionCall{operation: "POST "}},
		{name: "get", method: "GET", path: "/2015-03-31/functions/f/", want: functionCall{operation: "GET ", reference: "f", name: "f"}},
		{
			name: "an ARN with a qualifier", method: "POST",
			path: "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af%3Alive/invocations",
			want: functionCall{
				operation: "POST invocations", reference: "arn:aws:lambda:us-east-1:123456789012:function:f:live",
				name: "f", qualifier: "live",
			},
		},
		{
			name: "a qualifier besides", method: "DELETE", path: "/2015-03-31/functions/f?Qualifier=3",
			want: functionCall{operation: "DELETE ", reference: "f", name: "f", qualifier: "3"},
		},
		{
			name: "an item", method: "PUT", path: "/2015-03-31/functions/f/aliases/live",
			want: functionCall{operation: "PUT aliases", reference: "f", name: "f", item: "live"},
		},
		{name: "a bucket", method: "PUT", path: "/functions/f", other: true},
		{name: "a mapping", method: "POST", path: "/2015-03-31/event-source-mappings", other: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := parseFunctionCall(httptest.NewRequest(tt.method, tt.path, http.NoBody))
			assert.Equal(t, !tt.other, ok)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestWithoutTLSOnly(t *testing.T) {
	const (
		deny  = `{"Effect":"Deny","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
		allow = `{"Effect":"Allow","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`
		other = `{"Effect":"Deny","Condition":{"StringNotEquals":{"aws:SecureTransport":"x"}}}`
	)
	tests := []struct{ name, policy, want string }{
		{"one of two", `{"Statement":[` + deny + `,` + allow + `]}`, `{"Statement":[` + allow + `]}`},
		{"a single one", `{"Id":"x","Statement":` + deny + `}`, `{"Id":"x","Statement":[]}`},
		{"a boolean", `{"Statement":[{"Effect":"Deny","Condition":{"Bool":{"AWS:SecureTransport":false}}}]}`, `{"Statement":[]}`},
		{"a list", `{"Statement":[{"Effect":"Deny","Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`, `{"Statement":[]}`},
		{"others stay", `{"Statement":[` + allow + `,` + other + `]}`, ""},
		{"no JSON", `{`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, changed := withoutTLSOnly([]byte(tt.policy))
			assert.Equal(t, tt.want != "", changed)
			if changed {
				assert.JSONEq(t, tt.want, string(got))
			} else {
				assert.Equal(t, tt.policy, string(got))
			}
		})
	}
}
