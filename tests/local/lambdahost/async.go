package lambdahost

import (
	"errors"
	"time"
)

// InvokeAsync takes an event and returns; the function runs later, and once more after each of
// Options.AsyncRetryDelays while it fails. What still fails then is logged and dropped: there are no on-failure
// destinations here. The error is that of a function which does not exist or of a closed host.
func (h *Host) InvokeAsync(req Request) error {
	name, qualifier := req.target()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return errClosed
	}
	if _, _, err := h.find(name, qualifier); err != nil {
		return err
	}
	h.running.Go(func() { h.untilDone(name, req) })
	return nil
}

// untilDone tries an asynchronous event. A throttle is no attempt: the event waits in Lambda's own queue.
func (h *Host) untilDone(name string, req Request) {
	delays := h.options.AsyncRetryDelays
	throttled := time.Second
	for {
		result, err := h.Invoke(req)
		var throttle *ThrottledError
		switch {
		case errors.As(err, &throttle):
			if !h.pause(throttled) {
				return
			}
			throttled = min(2*throttled, time.Minute)
			continue
		case err != nil:
			h.log.printf(name, "asynchronous event dropped: %v", err)
			return
		case result.FunctionError == "":
			return
		case len(delays) == 0:
			h.log.printf(name, "asynchronous event dropped after its last attempt: %s", result.Payload)
			return
		}
		if !h.pause(delays[0]) {
			h.log.printf(name, "asynchronous event dropped with the host: %s", result.Payload)
			return
		}
		delays = delays[1:]
	}
}

// pause waits and says whether the host is still open then.
func (h *Host) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-h.closing:
		return false
	}
}
