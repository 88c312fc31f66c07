package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
)

// environment is one process of a function. It serves one invocation at a time.
type environment struct {
	host    *Host
	version *version
	api     *runtimeAPI
	logs    *lineReader
	output  output
	cmd     *exec.Cmd
	dir     string // its /tmp
	session string // the token of its credentials, by which its calls are known
	started time.Time
	warm    bool // initialised
	peakRSS int64

	exited  chan struct{}
	exitErr error // valid once exited is closed
	ending  sync.Once
}

// startEnvironment starts a process; its initialisation goes on in the first invocation.
func (h *Host) startEnvironment(v *version) (_ *environment, err error) {
	bootstrap := filepath.Join(v.code, "bootstrap")
	if _, err := os.Stat(bootstrap); err != nil {
		return nil, fmt.Errorf("couldn't find valid bootstrap(s): [/var/task/bootstrap]: %w", err)
	}
	dir, err := os.MkdirTemp(h.dir, "tmp-")
	if err != nil {
		return nil, fmt.Errorf("make a function's /tmp: %w", err)
	}
	api, err := serveRuntime()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	e := &environment{host: h, version: v, api: api, dir: dir, session: uuid.NewString(), exited: make(chan struct{})}
	output, input, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a function: %w", err), api.close(), os.RemoveAll(dir))
	}
	defer input.Close()
	if e.logs, err = newLineReader(output, e.line); err != nil {
		return nil, errors.Join(err, output.Close(), api.close(), os.RemoveAll(dir))
	}
	e.cmd = exec.CommandContext(context.Background(), bootstrap)
	e.cmd.Dir = v.code
	e.cmd.Env = e.variables()
	e.cmd.Stdout, e.cmd.Stderr = input, input // one stream, as in CloudWatch Logs
	e.cmd.SysProcAttr = ownGroup()
	e.started = time.Now()
	if err := e.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("fork/exec /var/task/bootstrap: %w", err), output.Close(), api.close(),
			os.RemoveAll(dir))
	}
	h.processes.Add(1)
	h.mu.Lock()
	h.alive[e] = struct{}{}
	h.mu.Unlock()
	go e.watch()
	return e, nil
}

// watch reaps the process and what belonged to it.
func (e *environment) watch() {
	defer e.host.processes.Done()
	go e.logs.run()
	waitErr := e.cmd.Wait()
	e.logs.finish()
	e.exitErr = waitErr
	e.host.mu.Lock()
	delete(e.host.alive, e)
	e.host.mu.Unlock()
	close(e.exited)
	if err := errors.Join(e.api.close(), os.RemoveAll(e.dir)); err != nil {
		e.host.log.printf(e.version.Name, "clean up after a process: %v", err)
	}
}

// end kills the process and waits until it is gone.
func (e *environment) end() {
	e.ending.Do(func() {
		if e.usable() {
			killGroup(e.cmd.Process)
		}
	})
	<-e.exited
}

func endAll(environments []*environment) {
	for _, e := range environments {
		e.end()
	}
}

// usable says that an idle process has not ended meanwhile.
func (e *environment) usable() bool {
	select {
	case <-e.exited:
		return false
	default:
		return true
	}
}

// variables are those that Lambda sets, then the function's own.
func (e *environment) variables() []string {
	v := e.version
	region := regionOf(v.ARN)
	env := []string{
		"AWS_LAMBDA_RUNTIME_API=" + e.api.address,
		"AWS_LAMBDA_FUNCTION_NAME=" + v.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=" + v.number,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(v.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + v.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + e.started.UTC().Format("2006/01/02/") + "[" + v.number + "]" + uuid.NewString(),
		"LAMBDA_TASK_ROOT=" + v.code,
		"_HANDLER=" + v.Handler,
		"AWS_REGION=" + region,
		"AWS_DEFAULT_REGION=" + region,
		"AWS_ACCESS_KEY_ID=" + AccessKey(v.Role), "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=" + e.session,
		"AWS_ENDPOINT_URL=" + e.host.options.Endpoint,
		"TMPDIR=" + e.dir,
		"TZ=:UTC", "LANG=en_US.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin",
	}
	for key, value := range v.Environment {
		env = append(env, key+"="+value)
	}
	return env
}
