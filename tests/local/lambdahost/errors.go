package lambdahost

import "fmt"

// NotFoundError says that no such function, version or alias was deployed.
type NotFoundError struct{ Function string }

// Error names the function.
func (e *NotFoundError) Error() string { return "Function not found: " + e.Function }

// ThrottledError says that the function's concurrency is used up; the invocation was not tried.
type ThrottledError struct {
	Function string
	// Reserved tells the function's own limit from the account's.
	Reserved bool
	Limit    int
}

// Error names the function and its limit.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("Rate Exceeded: %s has %d invocations running", e.Function, e.Limit)
}
