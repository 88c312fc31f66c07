package memory

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/rumline/rumline/shared/delivery/awstest"
)

// aws is as much of S3 and DynamoDB as one delivery sees: an object to read, a bucket that takes everything and keeps
// nothing, and a ledger that nobody else writes in.
type aws struct {
	object *object
	ledger *awstest.AWS
	puts   atomic.Int64
}

// ServeHTTP implements http.Handler.
func (a *aws) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		a.ledger.ServeHTTP(w, r)
	case r.Method == http.MethodPut:
		io.Copy(io.Discard, r.Body)
		a.puts.Add(1)
		w.Header().Set("ETag", `"1"`)
	default:
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Length", strconv.Itoa(a.object.size()))
		if r.Method == http.MethodGet {
			a.object.writeTo(w)
		}
	}
}
