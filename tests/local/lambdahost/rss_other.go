//go:build !linux

package lambdahost

import (
	"os/exec"
	"strconv"
	"strings"
)

// peakRSS returns the present resident memory of a living process in bytes, the nearest that ps tells; 0 if it cannot
// be told.
func peakRSS(pid int) int64 {
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a number
	if err != nil {
		return 0
	}
	kib, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		return 0
	}
	return kib << 10
}
