package privilege

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Recorder remembers what the roles' calls needed. Its zero value is not ready: use NewRecorder.
type Recorder struct {
	account string
	mu      sync.Mutex
	byRole  map[string]map[Access]bool
}

// NewRecorder records calls to an account, by its number.
func NewRecorder(account string) *Recorder {
	return &Recorder{account: account, byRole: map[string]map[Access]bool{}}
}

// Middleware records the calls that pass the local stack's front door, and leaves them as they are.
func (r *Recorder) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		s, ok := signerOf(request)
		if !ok {
			next.ServeHTTP(w, request)
			return
		}
		c := call{signer: s, account: r.account, request: request}
		if s.service == "s3" {
			answer := &statusWriter{ResponseWriter: w}
			next.ServeHTTP(answer, request)
			r.Note(s.role, c.objectAccess(answer.status)...)
			return
		}
		if s.service != "lambda" { // whose calls are in their paths
			body, err := io.ReadAll(request.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			request.Body = io.NopCloser(bytes.NewReader(body))
			c.body = body
		}
		r.Note(s.role, c.access()...)
		next.ServeHTTP(w, request)
	})
}

// Note records what a role needed, by the role's name.
func (r *Recorder) Note(role string, needed ...Access) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byRole[role] == nil {
		r.byRole[role] = map[Access]bool{}
	}
	for _, a := range needed {
		r.byRole[role][a] = true
	}
}

// Roles are the names of all who have made a call, in order. Some play no role: what they are called is the access key.
func (r *Recorder) Roles() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.byRole))
}

// Of is what a role has needed, in order.
func (r *Recorder) Of(role string) []Access {
	r.mu.Lock()
	defer r.mu.Unlock()
	return sorted(r.byRole[role])
}

// signer is what a call's signature says: who makes it, and where to.
type signer struct{ role, region, service string }

// signerOf reads the credential scope of a signature of version 4.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func signerOf(r *http.Request) (signer, bool) {
	_, credential, ok := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if !ok {
		return signer{}, false
	}
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/") // key/date/region/service/aws4_request
	if len(parts) != 5 {
		return signer{}, false
	}
	return signer{role: parts[0], region: parts[2], service: parts[3]}, true
}

// statusWriter remembers the status of an answer that it passes on.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader is part of http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the answer be flushed as it comes.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
