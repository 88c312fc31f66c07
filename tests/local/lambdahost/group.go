package lambdahost

import (
	"os"
	"syscall"
)

// killGroup ends a process and its children with SIGKILL, as Lambda does at a timeout. One that has ended already is
// no error.
func killGroup(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
}
