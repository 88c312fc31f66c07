package upgrade

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// envFrom names the git revision to upgrade from. Without it, it is the newest release before this state.
const envFrom = "RUMLINE_UPGRADE_FROM"

// pinned is what is upgraded from as long as there is no release: Terraform's files of variables chose the environment, buckets and
// functions were made where they were needed, and no version of a function was published. Nearly everything has moved since.
const pinned = "c1a2ba86cc6a8df8bf8f61596dbc38a228d5a269"

// errNoHistory is the error of a clone that does not reach back to what is upgraded from.
var errNoHistory = errors.New("this clone does not have it")

// chooseRevision is the commit to upgrade from: the one that is wanted, else that of the newest release before this state, else the
// pinned one. Its error says why there is none.
func chooseRevision(ctx context.Context, root, wanted string) (string, error) {
	if _, err := git(ctx, root, "rev-parse", "--git-dir"); err != nil {
		return "", fmt.Errorf("%w: there is no git repository here: %w", errNoHistory, err)
	}
	if wanted == "" {
		wanted = pinned
		// Not HEAD's own tag: on the commit of a release, what is upgraded is the one before.
		if tag, err := git(ctx, root, "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^"); err == nil {
			wanted = tag
		}
	}
	revision, err := git(ctx, root, "rev-parse", "--verify", "--quiet", wanted+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("revision %s: %w", wanted, errNoHistory)
	}
	return revision, nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	var notes bytes.Buffer
	cmd.Stderr = &notes
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(notes.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
