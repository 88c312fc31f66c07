package frontdoor

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDeletionsOneByOne: what cannot be deleted together is deleted by itself, and what cannot be deleted at all is named.
func TestDeletionsOneByOne(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	moto := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.Method+" "+r.URL.String()]++
		switch {
		case r.Method == http.MethodPost || r.URL.Path == "/bucket/never" || asked[r.Method+" "+r.URL.String()] == 1 && r.URL.Path == "/bucket/a/late":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/bucket?delete", strings.NewReader(
		`<Delete><Object><Key>a/late</Key><VersionId>v1</VersionId></Object><Object><Key>b c</Key></Object><Object><Key>never</Key></Object></Delete>`))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=id/20260101/us-east-1/s3/aws4_request, Signature=x")
	w := httptest.NewRecorder()
	deletions()(moto).ServeHTTP(w, r)

	answer, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, string(answer), "<Deleted><Key>a/late</Key><VersionId>v1</VersionId></Deleted><Deleted><Key>b c</Key></Deleted>")
	require.Contains(t, string(answer), "<Error><Key>never</Key><Code>InternalError</Code>")
	require.Equal(t, 2, asked["DELETE /bucket/a/late?versionId=v1"])
	require.Equal(t, 1, asked["DELETE /bucket/b%20c"])
	require.Equal(t, deleteAttempts, asked["DELETE /bucket/never"])
}
