// Package cloud is as much of S3 and DynamoDB as the destinations' functions ask for, in memory and fast enough not to be what a
// benchmark measures. It keeps what is put into it, its conditional writes are conditional, it counts what AWS would bill,
// and it answers as late as it is told to. What it does not know it refuses, so that nothing is measured that did not happen.
package cloud

import (
	"net/http"
	"sync"
	"time"
)

// Network is what lies between a function and the services.
type Network struct {
	// S3 and DynamoDB are how long a request takes before its answer begins.
	S3, DynamoDB time.Duration
	// BytesPerSecond is how fast S3's objects come; 0 is as fast as they can.
	BytesPerSecond float64
}

// Cloud is the services of one account. It is safe for concurrent use.
type Cloud struct {
	network Network

	mu      sync.RWMutex
	objects map[string]object // by bucket/key
	tables  map[string]map[string]item
	counts  Counts
}

// Counts is what AWS would bill.
type Counts struct {
	// Gets, Heads and Puts are requests to S3, PutBytes what those brought.
	Gets, Heads, Puts, PutBytes int64
	// Requests are those to DynamoDB, Writes and Reads their units: 1 KiB written, 4 KiB read.
	Requests, Writes, Reads int64
}

// Sub is what has been counted since an earlier reading.
func (c Counts) Sub(since Counts) Counts {
	return Counts{
		Gets: c.Gets - since.Gets, Heads: c.Heads - since.Heads, Puts: c.Puts - since.Puts, PutBytes: c.PutBytes - since.PutBytes,
		Requests: c.Requests - since.Requests, Writes: c.Writes - since.Writes, Reads: c.Reads - since.Reads,
	}
}

// New returns an account without objects. Any bucket and any table is there.
func New(network Network) *Cloud {
	return &Cloud{network: network, objects: map[string]object{}, tables: map[string]map[string]item{}}
}

// Counts returns what has been counted so far.
func (c *Cloud) Counts() Counts {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.counts
}

// ServeHTTP implements http.Handler.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		time.Sleep(c.network.DynamoDB)
		c.serveDynamoDB(w, r, target)
		return
	}
	time.Sleep(c.network.S3)
	c.serveS3(w, r)
}
