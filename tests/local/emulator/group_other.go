//go:build !linux

package emulator

import "syscall"

// ownGroup keeps the terminal's Ctrl-C away from moto, so that the stack stops in order.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
