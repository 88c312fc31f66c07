package upgrade

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
)

// envFrom names the git revision to upgrade from. Without it, it is the newest release.
const envFrom = "RUMLINE_UPGRADE_FROM"

// pinned is what is upgraded from as long as there is no release.
const pinned = "c1a2ba86cc6a8df8bf8f61596dbc38a228d5a269"

// baseline is a former state of the project: its sources, and the functions that were built of them.
type baseline struct {
	revision string
	dir      string
}

// checkOut has the former state in a folder of its own. Without the history there is none, and the test is skipped.
func checkOut(t *testing.T) *baseline {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	revision, err := chooseRevision(t.Context(), root, os.Getenv(envFrom))
	if err != nil {
		t.Skipf("UPGRADE NOT TESTED: %v. It needs the project's history: `git fetch --unshallow --tags`, or a clone that is whole, "+
			"or %s=<revision>.", err, envFrom)
	}
	b := &baseline{revision: revision, dir: filepath.Join(t.TempDir(), "baseline")}
	_, err = git(t.Context(), root, "worktree", "add", "--detach", "--force", b.dir, revision)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := git(context.WithoutCancel(t.Context()), root, "worktree", "remove", "--force", b.dir)
		require.NoError(t, err)
	})
	t.Logf("upgrading from %s", revision)
	return b
}

// chooseRevision is the commit to upgrade from: the one that is wanted, else that of the newest release before this state, else the
// pinned one. Its error says why there is none.
func chooseRevision(ctx context.Context, root, wanted string) (string, error) {
	if _, err := git(ctx, root, "rev-parse", "--git-dir"); err != nil {
		return "", fmt.Errorf("there is no git repository here: %w", err)
	}
	if wanted == "" {
		wanted = pinned
		if tag, err := git(ctx, root, "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD"); err == nil {
			wanted = tag
		}
	}
	revision, err := git(ctx, root, "rev-parse", "--verify", "--quiet", wanted+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("the revision %s is not in this clone", wanted)
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

// terraform is the folder with the former configuration.
func (b *baseline) terraform() string { return filepath.Join(b.dir, "terraform") }

// build builds the former functions, and returns the folder with their zips.
func (b *baseline) build(ctx context.Context) (string, error) {
	folders, err := filepath.Glob(filepath.Join(b.dir, "functions", "*", "main.go"))
	if err != nil {
		return "", fmt.Errorf("find the functions: %w", err)
	}
	into := filepath.Join(b.dir, "dist", "local")
	if err := os.MkdirAll(into, 0o750); err != nil {
		return "", fmt.Errorf("make a folder for the functions: %w", err)
	}
	for _, main := range folders {
		name := filepath.Base(filepath.Dir(main))
		binary := filepath.Join(into, name+".bootstrap")
		// As `task build` does: what does not depend on the project's own packages is already built.
		build := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false",
			"-ldflags", "-s -w -buildid=", "-o", binary, "./functions/"+name)
		build.Dir, build.Env = b.dir, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build the function %s: %w: %s", name, err, out)
		}
		if err := pack(binary, filepath.Join(into, name+".zip")); err != nil {
			return "", err
		}
	}
	return into, nil
}

// pack makes a Lambda's zip: an executable that is called bootstrap.
func pack(binary, into string) error {
	program, err := os.ReadFile(binary)
	if err != nil {
		return fmt.Errorf("pack %s: %w", binary, err)
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Unix(0, 0)}
	header.SetMode(0o755)
	w, err := z.CreateHeader(header)
	if err == nil {
		_, err = w.Write(program)
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = os.WriteFile(into, packed.Bytes(), 0o600)
	}
	if err != nil {
		return fmt.Errorf("pack %s: %w", binary, err)
	}
	return nil
}

// migrate gives a database the former schema.
func (b *baseline) migrate(ctx context.Context, dsn string) error {
	for _, args := range [][]string{{"up"}, {"keep", "0", "0"}} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"run", "./functions/clickhouse/migrate", "-dsn", dsn}, args...)...)
		cmd.Dir = b.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("migrate to the former schema: %w: %s", err, out)
		}
	}
	return nil
}
