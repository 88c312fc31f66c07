package workflows

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// longest is the time that a job may take, in minutes: half of what GitHub gives one that says nothing.
const longest = 180

var (
	pinned   = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}$`)
	version  = regexp.MustCompile(`^# v\d+\.\d+\.\d+$`)
	called   = regexp.MustCompile(`\bgo tool task(?: -\S+)* ([a-z][a-z:-]*)`)
	upgrades = regexp.MustCompile(`(^|\s)\.ci/run\b|\bgo tool task(?: -\S+)* test(:upgrade)?(\s|$)`)
	keys     = regexp.MustCompile(`(?i)aws[-_](access|secret)[-_]`)
	secret   = regexp.MustCompile(`\bsecrets\b(\.\w+)?`)
	secrets  = []string{"secrets.SLACK_WEBHOOK"}
	writable = []string{"contents", "issues", "pull-requests"}
)

// Check returns what is wrong with the workflow, a sentence each, ordered. Tasks are the names that the Taskfile has.
func (w *Workflow) Check(tasks []string) []string {
	var wrong []string
	report := func(format string, args ...any) { wrong = append(wrong, w.Name+": "+fmt.Sprintf(format, args...)) }
	w.checkTrust(report)
	if !w.action {
		w.checkTop(report)
	}
	for _, name := range slices.Sorted(maps.Keys(w.parsed.Jobs)) {
		j := w.parsed.Jobs[name]
		inJob := func(format string, args ...any) { report("job %s: "+format, append([]any{name}, args...)...) }
		if !w.action {
			j.checkRights(inJob)
			j.checkLimits(inJob)
			j.checkHistory(inJob)
		}
		for _, s := range j.Steps {
			s.check(tasks, inJob)
		}
	}
	slices.Sort(wrong)
	return wrong
}

// checkTrust asks whose code runs, and with which secrets.
func (w *Workflow) checkTrust(report func(string, ...any)) {
	for action, comment := range w.Uses() {
		switch {
		case strings.HasPrefix(action, "./"):
		case !pinned.MatchString(action):
			report("%s is not pinned to a commit", action)
		case !version.MatchString(comment):
			report("%s does not say which version it is, as `# v1.2.3`", action)
		}
	}
	if keys.MatchString(w.source) {
		report("AWS is reached by OIDC, not by keys that somebody keeps")
	}
	for _, found := range secret.FindAllString(w.source, -1) {
		if !slices.Contains(secrets, found) {
			report("%s is no secret that a workflow may read", found)
		}
	}
}

// checkTop asks for what holds where a job says nothing.
func (w *Workflow) checkTop(report func(string, ...any)) {
	if top := permissions(w.parsed.Permissions); len(top) != 1 || top["contents"] != "read" {
		report("the permissions at its top are to be `contents: read`, and those of a job what it needs")
	}
	for _, trigger := range []string{"pull_request_target", "workflow_run", "issue_comment"} {
		if strings.Contains(w.source, trigger) {
			report("%s runs with rights on behalf of anybody", trigger)
		}
	}
}

// checkRights keeps those who may write to the repository from those who may become somebody at AWS. A job that calls a
// workflow hands on what each job there takes its own share of.
func (j job) checkRights(report func(string, ...any)) {
	granted := permissions(j.Permissions)
	if all, ok := granted["*"]; ok {
		report("permissions are to be named, not %s", all)
	}
	for _, right := range writable {
		if j.Uses == "" && granted[right] == "write" && granted["id-token"] == "write" {
			report("it may write %s and has an identity too: make two jobs of it", right)
		}
	}
	if granted["contents"] == "write" && len(granted) > 1 {
		report("who may write contents may do nothing else")
	}
	for _, s := range j.Steps {
		if strings.HasPrefix(s.Uses, "aws-actions/configure-aws-credentials@") && granted["id-token"] != "write" {
			report("without `id-token: write` there is no role")
		}
	}
}

// checkLimits asks that a job ends, and that no two change an environment at once.
func (j job) checkLimits(report func(string, ...any)) {
	if j.Uses == "" && (j.Timeout < 1 || j.Timeout > longest) {
		report("timeout-minutes is %d, not 1 to %d", j.Timeout, longest)
	}
	if j.Environment.IsZero() {
		return
	}
	if !strings.Contains(j.Concurrency.Group, "environment") {
		report("a job of an environment belongs to a concurrency group of that environment")
	}
	if j.Concurrency.Cancel.Value != "false" {
		report("a job of an environment is not cancelled half-way: `cancel-in-progress: false`")
	}
}

// checkHistory asks for the history where the former release is upgraded: without it, what it is upgraded from would be a stand-in.
func (j job) checkHistory(report func(string, ...any)) {
	if !slices.ContainsFunc(j.Steps, func(s step) bool { return upgrades.MatchString(s.Run) }) {
		return
	}
	for _, s := range j.Steps {
		if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["fetch-depth"] != "0" {
			report("the former release is upgraded here, so checkout is to fetch the history: `fetch-depth: 0`")
		}
	}
}

func (s step) check(tasks []string, report func(string, ...any)) {
	if strings.Contains(s.Run, "${{") {
		report("an expression inside a script is an injection; give it as a variable of the environment: %.60q", s.Run)
	}
	for _, match := range called.FindAllStringSubmatch(s.Run, -1) {
		if !slices.Contains(tasks, match[1]) {
			report("there is no task %s", match[1])
		}
	}
	if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
		report("checkout is to leave no credentials behind: `persist-credentials: false`")
	}
}
