package faults

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPartly: of three statements one is carried out and answered, one is carried out and said not to be, one is not.
func TestPartly(t *testing.T) {
	var passed string
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		passed = string(body)
		io.WriteString(w, `{"Responses":[{"TableName":"a"},{"TableName":"b"},{"Error":{"Code":"DuplicateItem"}}]}`)
	})
	w := httptest.NewRecorder()
	partly(next, w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"Statements":[1,2,3,4]}`)))
	require.JSONEq(t, `{"Statements":[1,2,4]}`, passed)
	const refusal = `{"Error":{"Code":"ProvisionedThroughputExceeded","Message":"injected"}}`
	require.JSONEq(t, `{"Responses":[{"TableName":"a"},`+refusal+`,`+refusal+`,{"Error":{"Code":"DuplicateItem"}}]}`, w.Body.String())
	require.NotEmpty(t, w.Header().Get("X-Amz-Crc32"))

	w = httptest.NewRecorder()
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	partly(down, w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"Statements":[1]}`)))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
}
