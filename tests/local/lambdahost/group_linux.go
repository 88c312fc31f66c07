package lambdahost

import "syscall"

// ownGroup keeps the terminal's Ctrl-C away from functions, so that the host can let them finish, and has the kernel
// end them with us.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
