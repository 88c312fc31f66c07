package workflows_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a pull request is told has every environment's plan, whole if it is short, and fits into a comment.
func TestPlanMarkdown(t *testing.T) {
	t.Parallel()
	plans := t.TempDir()
	write := func(environment, plan string) {
		require.NoError(t, os.WriteFile(filepath.Join(plans, "plan-"+environment+".txt"), []byte(plan), 0o600))
	}
	write("dev", "  # aws_s3_bucket.main will be created\n\nPlan: 1 to add, 2 to change, 0 to destroy.\n")
	write("preprod", strings.Repeat("a long line of a long plan\n", 10_000)+"Plan: 700 to add, 0 to change, 0 to destroy.\n")

	got := planMarkdown(t, plans)
	assert.Contains(t, got, "<b>dev</b>: Plan: 1 to add, 2 to change, 0 to destroy.")
	assert.Contains(t, got, "  # aws_s3_bucket.main will be created")
	assert.Contains(t, got, "<b>preprod</b>: Plan: 700 to add", "also when the line is beyond what is shown")
	assert.Contains(t, got, "the rest is in the artifact plan-preprod")
	assert.NotContains(t, got, "the rest is in the artifact plan-dev")
	assert.Contains(t, got, "**prod**: no plan was made")
	assert.Less(t, len(got), 65_536, "the longest comment that GitHub takes")

	write("prod", "No changes. Your infrastructure matches the configuration.\n")
	assert.Contains(t, planMarkdown(t, plans), "<b>prod</b>: No changes.")
}

func planMarkdown(t *testing.T, plans string) string {
	t.Helper()
	script := exec.CommandContext(t.Context(), filepath.Join(root, ".github", "scripts", "plan-markdown"), plans)
	script.Stderr = os.Stderr
	out, err := script.Output()
	require.NoError(t, err)
	return string(out)
}
