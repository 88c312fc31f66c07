package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The log is there afterwards if the run has failed, and nobody is told that it is there otherwise.
func TestWithLog(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for name, failure := range map[string]error{"well": nil, "failed": errors.New("no")} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := withLog(&out, func(log io.Writer) error {
				_, err := fmt.Fprint(log, "what happened")
				return errors.Join(err, failure)
			})
			path, ok := strings.CutPrefix(strings.TrimSpace(out.String()), "log, kept only if this fails: ")
			require.True(t, ok, out.String())
			if failure == nil {
				require.NoError(t, err)
				require.NoFileExists(t, path)
				return
			}
			require.ErrorIs(t, err, failure)
			require.ErrorContains(t, err, path)
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, "what happened", string(kept))
		})
	}
}

// After Ctrl-C `go run` ends with 1, even if what it has run ended with 0.
func TestTasksDoNotRunByGoRun(t *testing.T) {
	t.Parallel()
	tasks, err := os.ReadFile("../../../../Taskfile.yml")
	require.NoError(t, err)
	require.Contains(t, string(tasks), "tests/local/cmd/local")
	require.NotContains(t, string(tasks), "go run ./tests/local/cmd/local")
}
