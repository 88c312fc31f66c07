// Package emulator runs moto, the Python emulator of AWS, as a child process: the control and data plane of the local
// stack. It finds a Python that has moto, or makes one in the user's cache, and mends what of moto 5.2.1 would lose or
// double messages (see launch.py).
package emulator

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Version is the moto release that the stack is built against. The launcher mends its internals, so no other will do.
const Version = "5.2.1"

// readyTimeout bounds the start: moto imports in about a second, and in some ten on a machine that is busy building.
const readyTimeout = 2 * time.Minute

//go:embed launch.py
var launcher []byte

//go:embed metrics.py
var metrics []byte

//go:embed changes.py
var changes []byte

// Options configure Start.
type Options struct {
	// CacheDir holds the virtual environment that is made when no Python at hand has moto.
	CacheDir string
	// FrontPort is the port of the front door. moto's Step Functions engine calls Lambda and SQS at this port, and so
	// reaches the real functions.
	FrontPort int
	// Log receives what moto prints: warnings and tracebacks. Nil drops it.
	Log io.Writer
}

// Moto is a running emulator.
type Moto struct {
	url    *url.URL
	cmd    *exec.Cmd
	stdin  io.Closer
	exited chan struct{}
	err    error // of the process, valid once exited is closed
	dir    string
	stop   sync.Once
}

// Start runs moto on a port of its own and returns when it answers. The child ends with this process, however that ends.
func Start(ctx context.Context, o Options) (_ *Moto, err error) {
	python, err := findPython(ctx, o.CacheDir)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "rumline-moto-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for moto: %w", err)
	}
	m := &Moto{exited: make(chan struct{}), dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if err := m.launch(ctx, python, o); err != nil {
		return nil, err
	}
	if err := m.waitReady(ctx); err != nil {
		return nil, errors.Join(err, m.Stop(context.WithoutCancel(ctx)))
	}
	return m, nil
}

// URL is where moto itself listens. Clients use the front door instead.
func (m *Moto) URL() *url.URL { return m.url }

// Exited is closed when the process is gone, wanted or not.
func (m *Moto) Exited() <-chan struct{} { return m.exited }

// Stop ends the process and waits for it. Calling it again does nothing more.
func (m *Moto) Stop(ctx context.Context) error {
	var err error
	m.stop.Do(func() {
		err = m.end(ctx)
	})
	return err
}

func (m *Moto) end(ctx context.Context) error {
	closed := m.stdin.Close() // the launcher exits at the end of its input
	var killed error
	select {
	case <-m.exited:
	case <-ctx.Done():
		killed = m.cmd.Process.Kill()
		<-m.exited
	}
	if err := errors.Join(closed, killed, os.RemoveAll(m.dir)); err != nil {
		return fmt.Errorf("stop moto: %w", err)
	}
	return nil
}

func (m *Moto) launch(ctx context.Context, python string, o Options) error {
	script := filepath.Join(m.dir, "launch.py")
	for name, text := range map[string][]byte{"launch.py": launcher, "metrics.py": metrics, "changes.py": changes} {
		if err := os.WriteFile(filepath.Join(m.dir, name), text, 0o600); err != nil {
			return fmt.Errorf("write moto's launcher: %w", err)
		}
	}
	socket, address, err := listen(ctx)
	if err != nil {
		return err
	}
	defer socket.Close()

	m.url = &url.URL{Scheme: "http", Host: address}
	m.cmd = exec.CommandContext(context.WithoutCancel(ctx), python, script, "3")
	m.cmd.ExtraFiles = []*os.File{socket} // file descriptor 3 in the child
	m.cmd.Dir = m.dir
	m.cmd.Env = append(os.Environ(),
		"MOTO_PORT="+strconv.Itoa(o.FrontPort),
		"PYTHONDONTWRITEBYTECODE=1",
		// moto itself never calls AWS, but the libraries in it must not find anybody's real account.
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=",
	)
	m.cmd.Stdout, m.cmd.Stderr = o.Log, o.Log
	m.cmd.SysProcAttr = ownGroup()
	stdin, err := m.cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start moto: %w", err)
	}
	m.stdin = stdin
	if err := m.cmd.Start(); err != nil {
		return fmt.Errorf("start moto: %w", err)
	}
	go func() {
		m.err = m.cmd.Wait()
		close(m.exited)
	}()
	return nil
}

// listen makes the socket that the child serves, so that no port is chosen first and found taken later.
func listen(ctx context.Context) (*os.File, string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, "", fmt.Errorf("listen for moto: %w", err)
	}
	defer l.Close()
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return nil, "", fmt.Errorf("listen for moto: got a %T", l)
	}
	socket, err := tcp.File()
	if err != nil {
		return nil, "", fmt.Errorf("listen for moto: %w", err)
	}
	return socket, l.Addr().String(), nil
}

// waitReady configures moto, which also shows that it answers. The socket accepts before the child serves it, so that
// one request waits until moto is up.
func (m *Moto) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	go func() {
		select {
		case <-m.exited: // no answer will come
			cancel()
		case <-ctx.Done():
		}
	}()
	// Without this setting a state machine never runs: moto only records that it was started.
	config := strings.NewReader(`{"stepfunctions":{"execute_state_machine":true}}`)
	target := m.url.JoinPath("/moto-api/config").String()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, config)
	if err != nil {
		return fmt.Errorf("configure moto: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		select {
		case <-m.exited:
			return fmt.Errorf("moto ended as it started: %w", m.err)
		default:
			return fmt.Errorf("wait for moto: %w", err)
		}
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("configure moto: status %s", resp.Status)
	}
	return nil
}
