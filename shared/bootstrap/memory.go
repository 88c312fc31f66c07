package bootstrap

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
)

// memoryVariable is set by Lambda: the function's memory in MB
// (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
const memoryVariable = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"

// heapShare is how much of the function's memory the Go runtime may use before it collects garbage at any price. The
// rest is the program itself, and what the runtime does not count.
const heapShare = 0.8

// limitMemory has the garbage collector know the function's memory: by its own measure it would let the heap double
// until the function is killed.
func limitMemory() error {
	text := os.Getenv(memoryVariable)
	if text == "" {
		return nil // not in Lambda
	}
	mb, err := strconv.ParseInt(text, 10, 64)
	if err != nil || mb < 1 {
		return fmt.Errorf("%s is %q; it must be a number of megabytes", memoryVariable, text)
	}
	debug.SetMemoryLimit(int64(heapShare * float64(mb<<20)))
	return nil
}
