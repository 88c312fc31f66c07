package faults

import (
	"bytes"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
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
		a.body = *bytes.NewBuffer(shiftLease(a.body.Bytes(), -skew))
		a.setChecksum()
		a.send(w)
	})
}

// setChecksum makes the checksum of the body, which SDKs look at.
func (a *answer) setChecksum() {
	a.header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(a.body.Bytes())), 10))
}

// shiftLease adds to the leases of items that are put or inserted, that were got, or that stood in the way of a condition.
// They are in milliseconds.
func shiftLease(body []byte, by time.Duration) []byte {
	var call map[string]json.RawMessage
	if json.Unmarshal(body, &call) != nil {
		return body
	}
	var item map[string]attribute
	var statements []statement
	switch {
	case json.Unmarshal(call["Item"], &item) == nil:
		lease, ok := item["lease"]
		if !ok || !lease.shift(by) {
			return body
		}
		call["Item"] = encode(item)
	case json.Unmarshal(call["Statements"], &statements) == nil:
		for _, s := range statements {
			if at := s.position("lease"); at >= 0 {
				s.Parameters[at].shift(by)
			}
		}
		call["Statements"] = encode(statements)
	default:
		return body
	}
	return encode(call)
}

// attribute is a value with its type, as DynamoDB writes it.
type attribute map[string]any

// shift adds to a number, and says whether it is one.
func (a attribute) shift(by time.Duration) bool {
	text, _ := a["N"].(string)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return false
	}
	a["N"] = strconv.FormatInt(n+by.Milliseconds(), 10)
	return true
}

// statement is one of PartiQL's.
type statement struct {
	Statement  string
	Parameters []attribute
}

// position is the place of an inserted attribute's value among the parameters, or -1.
func (s statement) position(name string) int {
	_, list, _ := strings.Cut(s.Statement, "{")
	for i, pair := range strings.Split(list, ",") {
		if strings.HasPrefix(strings.TrimSpace(pair), "'"+name+"':") && i < len(s.Parameters) {
			return i
		}
	}
	return -1
}
