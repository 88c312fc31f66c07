// Package peers are what the functions are compared with, on the same input: engines that do the whole job by themselves, and
// what one writes in Go or Node.js without much thought. Each runs in a process of its own, takes jobs and measures itself.
package peers

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Job is one run of a peer.
type Job struct {
	// In is the path of the compressed NDJSON, Out that of the file to write; Sink is the address to insert at instead.
	In   string `json:"in"`
	Out  string `json:"out"`
	Sink string `json:"sink,omitempty"`
	// SQL is the statement of an engine. Columns and Sorted tell the others what it says.
	SQL     string   `json:"sql,omitempty"`
	Columns []Column `json:"columns,omitempty"`
	Sorted  []string `json:"sorted,omitempty"`
}

// Column is a column of the file in the types of hyparquet-writer.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Result is what a run took.
type Result struct {
	Rows int `json:"rows"`
	// CPU is of the whole process, user and system, in microseconds; Wall likewise.
	CPU  int64 `json:"cpu_us"`
	Wall int64 `json:"wall_us"`
	// Error says why it failed.
	Error string `json:"error,omitempty"`
}

// Seconds is the processor time.
func (r Result) Seconds() float64 { return (time.Duration(r.CPU) * time.Microsecond).Seconds() }

// Peer is a running process.
type Peer struct {
	name    string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// Start starts a peer. What it writes to standard error goes to this process's.
func Start(ctx context.Context, name, dir string, command ...string) (*Peer, error) {
	p := &Peer{name: name, command: exec.CommandContext(ctx, command[0], command[1:]...)}
	p.command.Dir = dir
	p.command.Stderr = os.Stderr
	in, err := p.command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.in, p.out = in, bufio.NewReader(out)
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// Run has the peer do a job.
func (p *Peer) Run(job Job) (Result, error) {
	line, err := json.Marshal(job)
	if err != nil {
		return Result{}, fmt.Errorf("tell %s what to do: %w", p.name, err)
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return Result{}, fmt.Errorf("tell %s what to do: %w", p.name, err)
	}
	answer, err := p.out.ReadBytes('\n')
	if err != nil {
		return Result{}, fmt.Errorf("%s does not answer: %w", p.name, err)
	}
	var r Result
	if err := json.Unmarshal(answer, &r); err != nil {
		return Result{}, fmt.Errorf("%s answers %.200q: %w", p.name, answer, err)
	}
	if r.Error != "" {
		return Result{}, fmt.Errorf("%s: %s", p.name, r.Error)
	}
	return r, nil
}

// Close ends the process.
func (p *Peer) Close() error {
	err := p.in.Close()
	if waitErr := p.command.Wait(); waitErr != nil {
		err = errors.Join(err, fmt.Errorf("end %s: %w", p.name, waitErr))
	}
	return err
}

// Serve is the peer's side, for those in Go: a job a line, a result a line, until in ends.
func Serve(in io.Reader, out io.Writer, run func(Job) (rows int, err error)) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var job Job
		if err := json.Unmarshal(lines.Bytes(), &job); err != nil {
			return fmt.Errorf("read a job: %w", err)
		}
		begin, cpu := time.Now(), cpuTime()
		rows, err := run(job)
		r := Result{Rows: rows, CPU: (cpuTime() - cpu).Microseconds(), Wall: time.Since(begin).Microseconds()}
		if err != nil {
			r.Error = err.Error()
		}
		answer, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("write a result: %w", err)
		}
		if _, err := out.Write(append(answer, '\n')); err != nil {
			return fmt.Errorf("write a result: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the jobs: %w", err)
	}
	return nil
}
