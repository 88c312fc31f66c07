package memory

import (
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
)

// aws is as much of S3 and DynamoDB as one delivery sees: an object to read, a bucket that takes everything and keeps
// nothing, and a ledger that nobody else writes in.
type aws struct {
	object *object
	puts   atomic.Int64
}

// empty is what DynamoDB says to a write that succeeded.
const empty = "{}"

// ServeHTTP implements http.Handler.
func (a *aws) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(empty))), 10))
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, empty)
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
