package frontdoor

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestObjectVersionsEncodesKeys(t *testing.T) {
	t.Parallel()
	const listed = `<R><Prefix></Prefix><Version><Key>rum/100%% of ä &amp; b</Key><ETag>&quot;e&quot;</ETag></Version></R>`
	moto := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(listed)) })
	for query, want := range map[string]string{
		"?versions=&encoding-type=url": `<R><Prefix></Prefix><Version><Key>rum%2F100%25%25+of+%C3%A4+%26+b</Key><ETag>&quot;e&quot;</ETag></Version></R>`,
		"?versions=":                   listed,
		"?encoding-type=url":           listed,
	} {
		r := httptest.NewRequest(http.MethodGet, "/bucket"+query, http.NoBody)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
		w := httptest.NewRecorder()
		objectVersions()(moto).ServeHTTP(w, r)
		require.Equal(t, want, w.Body.String(), query)
	}
}
