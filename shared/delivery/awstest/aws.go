// Package awstest is as much of S3 and DynamoDB as a delivery sees, in memory and over HTTP: to count what a batch asks
// for, and to measure what it costs. An emulator is too slow for either.
package awstest

import (
	"crypto/md5"
	"encoding/hex"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// AWS answers the requests of functions, whichever service they are for. It is safe for concurrent use.
type AWS struct {
	// Latency is how long S3 takes for the first byte of an answer, TableLatency how long DynamoDB takes.
	Latency, TableLatency time.Duration

	mu      sync.Mutex
	objects map[string]object // by bucket/key
	table   table
	asked   map[string]int
}

type object struct {
	body []byte
	tag  string
}

// New returns an AWS without objects and without items.
func New() *AWS {
	return &AWS{objects: map[string]object{}, table: table{}, asked: map[string]int{}}
}

// Put stores an object and returns its entity tag, without quotes.
func (a *AWS) Put(bucket, key string, body []byte) string {
	sum := md5.Sum(body)
	tag := hex.EncodeToString(sum[:])
	a.mu.Lock()
	defer a.mu.Unlock()
	a.objects[bucket+"/"+key] = object{body, tag}
	return tag
}

// Remove removes an object.
func (a *AWS) Remove(bucket, key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.objects, bucket+"/"+key)
}

// Asked is how often each operation was called since the last time, by its name in the API.
func (a *AWS) Asked() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := maps.Clone(a.asked)
	clear(a.asked)
	return asked
}

func (a *AWS) count(operation string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked[operation]++
}

// ServeHTTP implements http.Handler. Addresses of S3 have the bucket in their path.
func (a *AWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, operation, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		a.count(operation)
		a.dynamoDB(w, r, operation)
		return
	}
	switch r.Method {
	case http.MethodPut:
		a.count("PutObject")
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client has gone
		}
		bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		w.Header().Set("ETag", `"`+a.Put(bucket, key, body)+`"`)
	case http.MethodHead:
		a.count("HeadObject")
		a.get(w, r)
	default:
		a.count("GetObject")
		a.get(w, r)
	}
}

// get answers as S3 does to GetObject and HeadObject.
func (a *AWS) get(w http.ResponseWriter, r *http.Request) {
	pause(r, a.Latency)
	a.mu.Lock()
	o, ok := a.objects[strings.TrimPrefix(r.URL.Path, "/")]
	a.mu.Unlock()
	match := r.Header.Get("If-Match")
	switch {
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	case match != "" && match != `"`+o.tag+`"`:
		w.WriteHeader(http.StatusPreconditionFailed)
	default:
		w.Header().Set("ETag", `"`+o.tag+`"`)
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(o.body)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(o.body) // the client may have gone
		}
	}
}

// dynamoDB answers as DynamoDB does, with the checksum that the SDK looks at.
func (a *AWS) dynamoDB(w http.ResponseWriter, r *http.Request, operation string) {
	pause(r, a.TableLatency)
	call, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	a.mu.Lock()
	status, answer := a.table.call(operation, call)
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer)), 10))
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	w.WriteHeader(status)
	_, _ = w.Write(answer) // likewise
}

// pause takes a while, unless the client goes.
func pause(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
