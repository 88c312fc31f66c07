package cloud

import (
	"bytes"
	"crypto/md5" //nolint:gosec // S3's entity tags are MD5 sums
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"time"
)

type object struct {
	body []byte
	tag  string
}

// Put puts an object there without a request, and returns its entity tag.
func (c *Cloud) Put(bucket, key string, body []byte) (tag string) {
	sum := md5.Sum(body) //nolint:gosec // as above
	o := object{body: body, tag: hex.EncodeToString(sum[:])}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.objects[bucket+"/"+key] = o
	return o.tag
}

// Take removes the objects of a bucket and returns their bodies, in the order of their keys.
func (c *Cloud) Take(bucket string) [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	var bodies [][]byte
	for _, name := range slices.Sorted(maps.Keys(c.objects)) {
		if strings.HasPrefix(name, bucket+"/") {
			bodies = append(bodies, c.objects[name].body)
			delete(c.objects, name)
		}
	}
	return bodies
}

func (c *Cloud) serveS3(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	query := r.URL.Query()
	query.Del("x-id") // what the SDK calls the operation
	switch {
	case len(query) > 0:
		http.Error(w, "not known here: "+r.Method+" "+r.URL.String(), http.StatusNotImplemented)
	case r.Method == http.MethodPut:
		c.putObject(w, r, name)
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		c.getObject(w, r, name)
	default:
		http.Error(w, "not known here: "+r.Method, http.StatusNotImplemented)
	}
}

func (c *Cloud) putObject(w http.ResponseWriter, r *http.Request, name string) {
	body := io.Reader(r.Body)
	if strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
		// It is HTTP's chunked coding, with signatures for extensions and a checksum for a trailer.
		body = httputil.NewChunkedReader(r.Body)
	}
	stored, err := io.ReadAll(body)
	if err != nil {
		http.Error(w, "the body breaks off: "+err.Error(), http.StatusBadRequest)
		return
	}
	bucket, key, _ := strings.Cut(name, "/")
	tag := c.Put(bucket, key, stored)
	c.mu.Lock()
	c.counts.Puts++
	c.counts.PutBytes += int64(len(stored))
	c.mu.Unlock()
	w.Header().Set("ETag", `"`+tag+`"`)
}

// getObject leaves conditions and ranges to the standard library.
func (c *Cloud) getObject(w http.ResponseWriter, r *http.Request, name string) {
	c.mu.Lock()
	o, ok := c.objects[name]
	if r.Method == http.MethodHead {
		c.counts.Heads++
	} else {
		c.counts.Gets++
	}
	c.mu.Unlock()
	if !ok {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>") // who has gone needs no answer
		return
	}
	if rate := c.network.BytesPerSecond; rate > 0 && r.Method == http.MethodGet {
		time.Sleep(time.Duration(float64(len(o.body)) / rate * float64(time.Second)))
	}
	w.Header().Set("ETag", `"`+o.tag+`"`)
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(o.body))
}
