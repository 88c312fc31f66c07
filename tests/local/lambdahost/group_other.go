//go:build !linux

package lambdahost

import "syscall"

// ownGroup keeps the terminal's Ctrl-C away from functions, so that the host can let them finish. When we die, a
// runtime that waits for its next event loses its connection and ends.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
