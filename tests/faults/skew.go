package faults

import (
	"bytes"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// skews are what the clocks of processes are off by, in turns: nearly twice the time that a lease has left when its
// holder's function is cut off, so that live workers are taken for dead and dead ones for alive.
var skews = []time.Duration{0, 10 * time.Second, 0, -10 * time.Second}

// clocks gives processes clocks that are wrong. A process keeps its own time, but all that other processes learn of it is
// what it writes into the ledger, and all that it does with it is to compare it with what they wrote. So what it writes
// and reads there is shifted.
type clocks struct {
	mu        sync.Mutex
	bySession map[string]time.Duration
	turns     int
}

// of returns what a process's clock is off by. Those that begin while faults come are given one that is, or is not.
func (c *clocks) of(session string, armed bool) (skew time.Duration, begins bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	skew, known := c.bySession[session]
	if known || !armed || session == "" {
		return skew, false
	}
	skew = skews[c.turns%len(skews)]
	c.turns++
	c.bySession[session] = skew
	return skew, skew != 0
}

// shifted is a handler of DynamoDB's calls as a process makes them whose clock is off.
func shifted(next http.Handler, skew time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			drop()
		}
		body = shiftLease(body, skew)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		a := newAnswer()
		next.ServeHTTP(a, r)
		body = shiftLease(a.body.Bytes(), -skew)
		a.header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
		a.body = *bytes.NewBuffer(body)
		a.send(w)
	})
}

// shiftLease adds to the lease of an item that is put, that was got, or that stood in the way of a condition. It is in
// milliseconds.
func shiftLease(body []byte, by time.Duration) []byte {
	var call map[string]json.RawMessage
	var item map[string]map[string]any
	if json.Unmarshal(body, &call) != nil || json.Unmarshal(call["Item"], &item) != nil {
		return body
	}
	text, _ := item["lease"]["N"].(string)
	lease, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return body
	}
	item["lease"]["N"] = strconv.FormatInt(lease+by.Milliseconds(), 10)
	if call["Item"], err = json.Marshal(item); err != nil {
		panic(err) // it came out of JSON
	}
	if body, err = json.Marshal(call); err != nil {
		panic(err) // likewise
	}
	return body
}
