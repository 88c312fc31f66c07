package lambdahost

import (
	"fmt"
	"time"
)

// invoke takes one event through the process: initialisation if it is new, the event, its answer, and the process's
// request for the next event, with which Lambda counts the invocation as over.
func (e *environment) invoke(inv *invocation) Result {
	e.logs.drain() // what came between two invocations belongs to neither
	e.begin(inv.requestID)
	report := Report{
		Function: e.version.Name, Version: e.version.number, RequestID: inv.requestID, MemoryMB: e.version.MemoryMB,
	}
	var got answer
	if e.warm {
		got, report.Status, report.Duration = e.event(inv)
	} else if got, report.Status = e.initialise(inv); report.Status == "" {
		e.warm = true
		report.Init = time.Since(e.started)
		got, report.Status, report.Duration = e.event(inv)
	}
	e.logs.drain()
	e.peakRSS = max(e.peakRSS, peakRSS(e.cmd.Process.Pid))
	report.PeakRSS, report.CPU, report.Finished = e.peakRSS, cpuTime(e.cmd.Process.Pid), time.Now()

	result := Result{Payload: got.body, Version: e.version.number, Report: report}
	if got.failed {
		result.FunctionError = unhandled
	}
	result.LogTail = e.finishLog(report)
	return result
}

// initialise waits for the process's first request for an event. An empty status means that it came.
func (e *environment) initialise(inv *invocation) (answer, Status) {
	timeout := e.host.options.InitTimeout
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	failed := func(kind, format string, args ...any) (answer, Status) {
		return ownError(inv, kind, fmt.Sprintf(format, args...)), StatusInitError
	}
	select {
	case <-e.api.waiting:
		return answer{}, ""
	case body := <-e.api.initErr:
		return answer{body: body, failed: true}, StatusInitError
	case <-e.exited:
		select {
		case body := <-e.api.initErr: // it said why before it ended
			return answer{body: body, failed: true}, StatusInitError
		default:
		}
		return failed("Runtime.ExitError", "Runtime exited %s", e.reason())
	case <-timer.C:
		e.end()
		return failed("Sandbox.Timedout", "Initialisation timed out after %.2f seconds", timeout.Seconds())
	case <-e.host.kill:
		e.end()
		return failed("Sandbox.Shutdown", "the Lambda host was closed")
	}
}

// event hands the process its event and waits until it is done with it.
func (e *environment) event(inv *invocation) (got answer, status Status, took time.Duration) {
	timeout := e.version.Timeout
	begin := time.Now()
	inv.deadline = begin.Add(timeout)
	timer := time.NewTimer(timeout)
	defer timer.Stop()

	work, answers := e.api.work, e.api.answers
	var waiting chan struct{} // asked for only once there is an answer
	for {
		select {
		case work <- inv:
			work = nil
		case got = <-answers:
			took, answers, waiting = time.Since(begin), nil, e.api.waiting
			status = StatusSuccess
			if got.failed {
				status = StatusError
			}
		case <-waiting:
			return got, status, took
		case <-e.exited:
			select {
			case got = <-answers: // it answered with its last breath
				took, status = time.Since(begin), StatusError
				if !got.failed {
					status = StatusSuccess
				}
			default:
			}
			if status == "" {
				took, status = time.Since(begin), StatusCrash
				got = ownError(inv, "Runtime.ExitError", "Runtime exited "+e.reason())
			}
			return got, status, took
		case <-timer.C:
			e.peakRSS = max(e.peakRSS, peakRSS(e.cmd.Process.Pid))
			e.end()
			if status == "" {
				took, status = time.Since(begin), StatusTimeout
				got = ownError(inv, "Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", timeout.Seconds()))
			}
			return got, status, took
		case <-e.host.kill:
			e.end()
			if status == "" {
				took, status = time.Since(begin), StatusCrash
				got = ownError(inv, "Sandbox.Shutdown", "the Lambda host was closed")
			}
			return got, status, took
		}
	}
}

// ownError is the answer where the host, not the function, says what went wrong.
func ownError(inv *invocation, kind, message string) answer {
	return answer{failed: true, body: errorJSON(kind, "RequestId: "+inv.requestID+" Error: "+message)}
}

// reason words the end of the process as Lambda does. It is called once exited is closed.
func (e *environment) reason() string {
	if e.exitErr == nil {
		return "without providing a reason"
	}
	return "with error: " + e.exitErr.Error()
}
