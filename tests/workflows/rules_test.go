package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/workflows"
)

const good = `name: Good
on: push
permissions:
  contents: read
jobs:
  deploy:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    environment: prod
    concurrency:
      group: environment-prod
      cancel-in-progress: false
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
          fetch-depth: 0
      - run: .ci/run
      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
      - run: go tool task -x deploy ENV="$ENVIRONMENT"
        env:
          ENVIRONMENT: ${{ inputs.environment }}
`

func TestCheckFindsNothingWrong(t *testing.T) {
	t.Parallel()
	assert.Empty(t, check(t, good))
}

// Each rule finds what it is there for: a good workflow with one thing changed has one thing wrong.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ old, changed, want string }{
		"tag":              {"@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "actions/checkout@v7 is not pinned to a commit"},
		"no version":       {" # v7.0.1", "", "does not say which version it is"},
		"major only":       {" # v7.0.1", " # v7", "does not say which version it is"},
		"keys":             {"ENVIRONMENT: $", "AWS_ACCESS_KEY_ID: $", "not by keys"},
		"secret":           {"inputs.environment", "secrets.TOKEN", "secrets.TOKEN is no secret"},
		"all secrets":      {"inputs.environment", "toJSON(secrets)", "secrets is no secret"},
		"no permissions":   {"permissions:\n  contents: read\njobs", "jobs", "permissions at its top"},
		"write at top":     {"permissions:\n  contents: read\njobs", "permissions:\n  contents: write\njobs", "permissions at its top"},
		"write-all":        {"permissions:\n      contents: read\n      id-token: write", "permissions: write-all", "permissions are to be named, not write-all"},
		"identity, writer": {"      contents: read\n      id-token", "      issues: write\n      id-token", "it may write issues and has an identity too"},
		"no identity":      {"      id-token: write\n", "", "there is no role"},
		"trigger":          {"on: push", "on: pull_request_target", "on behalf of anybody"},
		"no timeout":       {"    timeout-minutes: 10\n", "", "timeout-minutes is 0"},
		"long timeout":     {"minutes: 10", "minutes: 360", "timeout-minutes is 360"},
		"another group":    {"group: environment-prod", "group: main", "concurrency group of that environment"},
		"cancelled":        {"progress: false", "progress: true", "is not cancelled half-way"},
		"injection":        {`ENV="$ENVIRONMENT"`, `ENV="${{ github.event.issue.title }}"`, "is an injection"},
		"no such task":     {"-x deploy", "-x depoly", "there is no task depoly"},
		"no history":       {"          fetch-depth: 0\n", "", "checkout is to fetch the history"},
		"shallow, by task": {"          fetch-depth: 0\n      - run: .ci/run", "      - run: go tool task test:upgrade", "to fetch the history"},
		"credentials":      {"credentials: false", "credentials: true", "no credentials behind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, good, tt.old)
			wrong := check(t, strings.Replace(good, tt.old, tt.changed, 1))
			assert.Contains(t, strings.Join(wrong, "\n"), tt.want)
			if name != "write-all" { // which takes the role away too
				assert.Len(t, wrong, 1)
			}
		})
	}
}

func TestCheckOfAnAction(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{
		"ci.yml: a/b@v1 is not pinned to a commit",
		"ci.yml: job runs: an expression inside a script is an injection; give it as a variable of the environment: \"echo ${{ inputs.x }}\"",
	}, check(t, "runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n    - run: echo ${{ inputs.x }}\n"))
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{"no YAML": "a: [", "no jobs": "name: CI", "nothing": "", "a list": "- a"} {
		_, err := workflows.Parse("ci.yml", []byte(source))
		assert.Error(t, err, name)
	}
}

func check(t *testing.T, source string) []string {
	t.Helper()
	w, err := workflows.Parse("ci.yml", []byte(source))
	require.NoError(t, err)
	return w.Check([]string{"deploy", "test:upgrade"})
}
