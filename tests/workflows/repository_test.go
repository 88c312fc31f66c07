package workflows_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/workflows"
)

const root = "../.."

// The project's own workflows and actions keep the rules.
func TestRepository(t *testing.T) {
	t.Parallel()
	tasks := taskNames(t)
	for _, w := range repository(t) {
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			for _, wrong := range w.Check(tasks) {
				t.Error(wrong)
			}
		})
	}
}

// An action is at one version everywhere, so that an update cannot forget a file.
func TestOneVersionOfAnAction(t *testing.T) {
	t.Parallel()
	pins := map[string]string{}
	for _, w := range repository(t) {
		for action, comment := range w.Uses() {
			name, commit, ok := strings.Cut(action, "@")
			if !ok {
				continue
			}
			pin := commit + " " + comment
			if before, ok := pins[name]; ok {
				assert.Equal(t, before, pin, "%s in %s", name, w.Name)
			}
			pins[name] = pin
		}
	}
	assert.NotEmpty(t, pins)
}

func repository(t *testing.T) []*workflows.Workflow {
	t.Helper()
	var all []*workflows.Workflow
	for _, pattern := range []string{"workflows/*.y*ml", "actions/*/action.y*ml"} {
		files, err := filepath.Glob(filepath.Join(root, ".github", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			w, err := workflows.Parse(strings.TrimPrefix(file, root+"/"), source)
			require.NoError(t, err)
			all = append(all, w)
		}
	}
	return all
}

func taskNames(t *testing.T) (names []string) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "tool", "task", "--list-all", "--json")
	list.Dir, list.Stderr = root, os.Stderr
	out, err := list.Output()
	require.NoError(t, err)
	var listed struct{ Tasks []struct{ Name string } }
	require.NoError(t, json.Unmarshal(out, &listed))
	for _, task := range listed.Tasks {
		names = append(names, task.Name)
	}
	require.NotEmpty(t, names)
	return names
}
