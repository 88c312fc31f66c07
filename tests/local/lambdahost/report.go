package lambdahost

import (
	"fmt"
	"time"
)

// Status says how an invocation ended.
type Status string

// The ways an invocation ends.
const (
	StatusSuccess   Status = "success"
	StatusError     Status = "error"      // the function returned an error
	StatusCrash     Status = "crash"      // the process ended before it answered
	StatusTimeout   Status = "timeout"    // the process was killed at the function's timeout
	StatusInitError Status = "init error" // the process never asked for an event
)

// Report is what was measured of one invocation.
type Report struct {
	Function, Version, RequestID string
	Status                       Status
	// Init is the time from the start of the process to its first request for an event: the cold start. Zero in a
	// process that was warm.
	Init time.Duration
	// Duration is the time from the event to the answer, without Init.
	Duration time.Duration
	// PeakRSS is the most memory that the process has held in all its life, in bytes, so far as this system tells.
	PeakRSS  int64
	MemoryMB int
	// CPU is what the process has used of the processor in all its life, so far as this system tells: the difference of two
	// reports is what the second invocation took.
	CPU time.Duration
	// Concurrent is how many invocations of the function ran when this one began, itself included.
	Concurrent int
	Finished   time.Time
}

// String is the line that Lambda ends an invocation's log with.
func (r Report) String() string {
	ms := func(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }
	s := fmt.Sprintf("REPORT RequestId: %s\tDuration: %s\tMemory Size: %d MB\tMax Memory Used: %d MB",
		r.RequestID, ms(r.Duration), r.MemoryMB, r.PeakRSS>>20)
	if r.Init > 0 {
		s += "\tInit Duration: " + ms(r.Init)
	}
	if r.Status != StatusSuccess {
		s += "\tStatus: " + string(r.Status)
	}
	return s
}
