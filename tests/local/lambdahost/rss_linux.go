package lambdahost

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// peakRSS returns the high-water mark of a living process's resident memory in bytes, 0 if it cannot be told.
// (The rusage of an ended child would count our own memory, too: it includes what was there between fork and exec.)
func peakRSS(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	number, _, _ := bytes.Cut(bytes.TrimSpace(after), []byte(" "))
	kib, err := strconv.ParseInt(string(number), 10, 64)
	if err != nil {
		return 0
	}
	return kib << 10
}
