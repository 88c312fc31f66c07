package clickhouse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"github.com/rumline/rumline/tests/local/clickhouse/launch"
)

const programPackage = "github.com/rumline/rumline/tests/local/clickhouse/chserver"

// buildProgram builds chserver. Go's own cache makes the second time cheap.
func buildProgram(ctx context.Context, to string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", to, programPackage)
	// The caller's environment may be set to cross-compile, for a Lambda say.
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOFLAGS=")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s (run from inside the repository, with go on PATH): %w\n%s", programPackage, err, bytes.TrimSpace(output))
	}
	return nil
}

// process is a running chserver.
type process struct {
	command *exec.Cmd
	// input's end tells the process to stop: the kernel closes it, too, when this process dies.
	input  io.Closer
	ready  launch.Ready
	exited chan struct{}
	// err is how it exited, once exited is closed.
	err error
}

// startProcess starts chserver and waits for the line that says that it is ready.
func startProcess(ctx context.Context, program string, config launch.Config, log io.Writer) (*process, error) {
	line, err := json.Marshal(config) //nolint:gosec // the password goes to our own process, by a pipe
	if err != nil {
		return nil, fmt.Errorf("configure %s: %w", program, err)
	}
	command := exec.Command(program) //nolint:noctx // it outlives ctx and is stopped by its input
	tail := &tail{to: log}
	command.Stderr = tail
	input, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	p := &process{command: command, input: input, exited: make(chan struct{})}
	answered := make(chan error, 1)
	go func() {
		_, err := input.Write(append(line, '\n'))
		if err == nil {
			err = json.NewDecoder(output).Decode(&p.ready)
		}
		answered <- err
		p.err = command.Wait()
		close(p.exited)
	}()
	select {
	case err = <-answered:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err == nil {
		return p, nil
	}
	_ = p.command.Process.Kill() // it may be gone already, which is why we are here
	<-p.exited
	return nil, fmt.Errorf("the ClickHouse process did not start: %w: %s", errors.Join(err, p.err), tail.text())
}

// kill ends the process that holds the data with SIGKILL and waits for it and for its starter.
func (p *process) kill(ctx context.Context) error {
	if err := syscall.Kill(p.ready.PID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill ClickHouse (process %d): %w", p.ready.PID, err)
	}
	<-p.exited
	return p.waitPort(ctx)
}

// stop closes the input and waits. When ctx ends first, it kills.
func (p *process) stop(ctx context.Context) error {
	_ = p.input.Close() // already closed if the process has died
	select {
	case <-p.exited:
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("clickhouse: stopped by force: %w", context.Cause(ctx)), p.kill(context.WithoutCancel(ctx)))
	}
	if p.err != nil {
		return fmt.Errorf("clickhouse: it ended with an error, see its log: %w", p.err)
	}
	return p.waitPort(ctx)
}

// waitPort waits until nothing listens on the port any more.
func (p *process) waitPort(ctx context.Context) error {
	for {
		listener, err := net.Listen("tcp", p.ready.Address) //nolint:noctx // at once, or an error
		if err == nil {
			return listener.Close() //nolint:wrapcheck // nothing was done with it
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("clickhouse: %s is still taken: %w", p.ready.Address, err)
		case <-time.After(portPoll):
		}
	}
}

// portPoll is how often a port is tried again.
const portPoll = 20 * time.Millisecond
