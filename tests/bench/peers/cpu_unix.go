//go:build unix

package peers

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used of the processor, user and system together.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0 // it cannot fail for the process itself
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
