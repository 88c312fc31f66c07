package upgrade

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMidBatch: the code is replaced while a write is held, and the write goes on when it was.
func TestMidBatch(t *testing.T) {
	var mu sync.Mutex
	var order []string
	m := newMidBatch("f")
	handler := m.middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, r.Method+" "+r.URL.Path)
	}))
	do := func(method, path, role string) {
		r := httptest.NewRequest(method, path, http.NoBody)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+role+"/20261128/us-east-1/s3/aws4_request, Signature=0")
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	do(http.MethodPut, "/lake/before", "f")
	m.arm()
	do(http.MethodPut, "/lake/other", "g")
	do(http.MethodGet, "/raw/read", "f")
	var both sync.WaitGroup
	both.Go(func() { do(http.MethodPut, "/lake/during", "f") })
	both.Go(func() { do(http.MethodPut, "/2015-03-31/functions/f/code", "test") })
	both.Wait()
	do(http.MethodPut, "/lake/after", "f")
	require.True(t, m.wasCaught())
	require.Equal(t, []string{
		"PUT /lake/before", "PUT /lake/other", "GET /raw/read", "PUT /2015-03-31/functions/f/code", "PUT /lake/during", "PUT /lake/after",
	}, order)
}
