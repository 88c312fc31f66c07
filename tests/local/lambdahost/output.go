package lambdahost

import (
	"sync"
	"time"
)

// output is where an environment's lines go, and which invocation they belong to.
type output struct {
	mu        sync.Mutex
	requestID string
	tail      tail
}

// begin opens the log of an invocation.
func (e *environment) begin(requestID string) {
	e.output.mu.Lock()
	defer e.output.mu.Unlock()
	e.output.requestID = requestID
	e.output.tail = nil
	e.output.tail.add("START RequestId: " + requestID + " Version: " + e.version.number)
}

// line is called for each line that the process prints.
func (e *environment) line(text string) {
	e.output.mu.Lock()
	requestID := e.output.requestID
	e.output.tail.add(text)
	e.output.mu.Unlock()
	e.host.log.printf(e.version.Name, "%s", text)
	if e.host.options.OnLine != nil {
		e.host.options.OnLine(Line{
			Function: e.version.Name, Version: e.version.number, RequestID: requestID, Time: time.Now(), Text: text,
		})
	}
}

// finishLog closes the log of an invocation and returns its end.
func (e *environment) finishLog(r Report) []byte {
	e.output.mu.Lock()
	defer e.output.mu.Unlock()
	e.output.tail.add("END RequestId: " + r.RequestID)
	e.output.tail.add(r.String())
	kept := e.output.tail
	e.output.requestID, e.output.tail = "", nil
	return kept
}
