package lambdahost

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime returns what a living process has used of the processor, user and system together, 0 if it cannot be told. The
// clock's number is the one that clock_getcpuclockid(3) makes: it counts nanoseconds, where /proc has hundredths of a second.
func cpuTime(pid int) time.Duration {
	const scheduler = 2 // CPUCLOCK_SCHED of the kernel's include/linux/posix-timers_types.h
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduler), &used); err != nil {
		return 0
	}
	return time.Duration(used.Nano())
}
