package failure_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
)

const observability = "../../terraform/modules/observability"

// TestRunbook: every code that a message may have failed with has its page, and no page is about a code that there is not.
func TestRunbook(t *testing.T) {
	t.Parallel()
	want := []string{page("unknown")}
	for _, c := range failure.Codes() {
		want = append(want, page(c))
	}
	got, err := filepath.Glob(filepath.Join(observability, "runbook", "failure-*.md"))
	require.NoError(t, err)
	require.ElementsMatch(t, want, got)
}

func page(c failure.Code) string {
	return filepath.Join(observability, "runbook", "failure-"+strings.ReplaceAll(string(c), "_", "-")+".md")
}

// TestAlarms: what trying again cannot help has an alarm of its own, and so has what points to nothing.
func TestAlarms(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(observability, "variables.tf"))
	require.NoError(t, err)
	list := regexp.MustCompile(`(?s)variable "failure_codes".*?default = \[(.*?)\]`).FindSubmatch(text)
	require.NotNil(t, list)
	var alarms []string
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllSubmatch(list[1], -1) {
		alarms = append(alarms, string(m[1]))
	}
	var want []string
	for _, c := range failure.Codes() {
		if c.Permanent() || c.Hopeless() {
			want = append(want, string(c))
		}
	}
	require.ElementsMatch(t, want, alarms)
}
