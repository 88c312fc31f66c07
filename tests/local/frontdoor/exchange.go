package frontdoor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// maxControlBody bounds the calls that are read whole: the largest is a deployment zip in base64.
const maxControlBody = 80 << 20

// service is the AWS service that a call is signed for, as in its credential scope: s3, sqs, lambda and so on.
func service(r *http.Request) string {
	credential := r.URL.Query().Get("X-Amz-Credential") // a presigned URL
	if _, after, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		credential, _, _ = strings.Cut(after, ",")
	}
	if parts := strings.Split(credential, "/"); len(parts) == 5 {
		return parts[3]
	}
	return ""
}

// answer is a response that is held in memory, so that a shim can read and change it.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// ask passes a call on and returns the answer instead of sending it.
func ask(next http.Handler, r *http.Request) *answer {
	a := &answer{header: http.Header{}}
	next.ServeHTTP(a, r)
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a
}

// Header is part of http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// Write is part of http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) } //nolint:wrapcheck // never one

// WriteHeader is part of http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK { // not the 1xx that come before
		a.status = status
	}
}

func (a *answer) ok() bool { return a.status >= 200 && a.status < 300 }

// object is the body as a JSON object, nil if it is none.
func (a *answer) object() map[string]any {
	var o map[string]any
	if json.Unmarshal(a.body.Bytes(), &o) != nil {
		return nil
	}
	return o
}

// setObject replaces the body. Its checksum is no longer of use.
func (a *answer) setObject(o map[string]any) {
	body, err := json.Marshal(o)
	if err != nil {
		panic(err) // it came out of JSON
	}
	a.body.Reset()
	a.body.Write(body)
	a.header.Del("X-Amz-Crc32")
}

func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	w.WriteHeader(a.status)
	w.Write(a.body.Bytes()) //nolint:errcheck,gosec // a client that is gone
}

// readBody reads a call's body and leaves the call as it was.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxControlBody+1))
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", r.Method, r.URL.Path, err)
	}
	if len(body) > maxControlBody {
		return nil, fmt.Errorf("read %s %s: over %d bytes", r.Method, r.URL.Path, maxControlBody)
	}
	setBody(r, body)
	return body, nil
}

func setBody(r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.TransferEncoding = nil
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
}

// setJSON replaces a call's body.
func setJSON(r *http.Request, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came out of JSON
	}
	setBody(r, body)
}

// sendJSON answers in place of moto.
func sendJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck,errchkjson,gosec // a client that is gone; v is ours
}

// sendError answers as Lambda words its errors.
func sendError(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("X-Amzn-Errortype", kind)
	sendJSON(w, status, map[string]string{"Type": "User", "Message": message, "message": message})
}
