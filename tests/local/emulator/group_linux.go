package emulator

import "syscall"

// ownGroup keeps the terminal's Ctrl-C away from moto, so that the stack stops in order, and has the kernel end moto
// with us even if its launcher hangs.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
