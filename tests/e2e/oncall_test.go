package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
)

// The exit codes of oncall.
const (
	well      = 0
	attention = 3
)

// buildOncall builds the on-call's commands.
func buildOncall(t *testing.T) string {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	binary := filepath.Join(t.TempDir(), "oncall")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./shared/oncall/cmd/oncall")
	build.Dir = root
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return binary
}

// run runs a command of the on-call's, and returns its output and its exit code. It may run in any goroutine.
func (p *pipeline) run(t *testing.T, command string, args ...string) (stdout []byte, exit int, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), p.oncallPath, slices.Concat([]string{command, "-env", p.deployment.Workspace}, args)...)
	for name, value := range p.terraform.EnvVars {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out, notes bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &notes
	err = cmd.Run()
	if notes.Len() > 0 {
		t.Logf("oncall %s %q: %v\n%s", command, args, err, notes.String())
	}
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		err = nil
	}
	return out.Bytes(), cmd.ProcessState.ExitCode(), err
}

// oncall runs a command that has to end with an exit code, and reads its answer.
func oncall[T any](t *testing.T, p *pipeline, exit int, command string, args ...string) (answer T) {
	t.Helper()
	out, code, err := p.run(t, command, slices.Concat([]string{"-json"}, args)...)
	require.NoError(t, err)
	require.Equal(t, exit, code, "exit code of oncall %s: %s", command, out)
	require.NoError(t, json.Unmarshal(out, &answer), string(out))
	return answer
}
