package upgrade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/deployed"
	"github.com/rumline/rumline/tests/local"
)

// baseline is a state of the project to upgrade from.
type baseline struct {
	// revision is its commit, empty if it is the present state with other zips.
	revision string
	dir      string
}

// findBaseline has the former state in a folder of its own. In a clone without it the present state takes its place, with every function
// changed, and a test that is skipped says what was not tested: it is in the summary of every run.
func findBaseline(t *testing.T) *baseline {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	b := &baseline{dir: filepath.Join(t.TempDir(), "baseline")}
	wanted := os.Getenv(envFrom)
	b.revision, err = chooseRevision(t.Context(), root, wanted)
	if wanted != "" || !errors.Is(err, errNoHistory) {
		require.NoError(t, err)
	}
	if err != nil {
		t.Run("from the former release", func(t *testing.T) {
			t.Skipf("NO FORMER RELEASE WAS UPGRADED: %v. The present state was, with other functions. `git fetch --unshallow --tags` brings the history.", err)
		})
		t.Log("upgrading from the present state, with every function changed")
		require.NoError(t, os.CopyFS(filepath.Join(b.dir, "terraform"), os.DirFS(filepath.Join(root, "terraform"))))
		return b
	}
	_, err = git(t.Context(), root, "worktree", "add", "--detach", "--force", b.dir, b.revision)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := git(context.WithoutCancel(t.Context()), root, "worktree", "remove", "--force", b.dir)
		require.NoError(t, err)
	})
	t.Logf("upgrading from %s", b.revision)
	return b
}

// terraform is the folder with the configuration.
func (b *baseline) terraform() string { return filepath.Join(b.dir, "terraform") }

// build makes the zips of the functions, and returns their folder.
func (b *baseline) build(ctx context.Context) (string, error) {
	into := filepath.Join(b.dir, "dist", "local")
	if err := os.MkdirAll(into, 0o750); err != nil {
		return "", fmt.Errorf("make a folder for the functions: %w", err)
	}
	if b.revision == "" {
		return into, repackAll(into)
	}
	folders, err := filepath.Glob(filepath.Join(b.dir, "functions", "*", "main.go"))
	if err != nil {
		return "", fmt.Errorf("find the functions: %w", err)
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
		program, err := os.ReadFile(binary)
		if err != nil {
			return "", fmt.Errorf("pack the function %s: %w", name, err)
		}
		if err := pack(filepath.Join(into, name+".zip"), program); err != nil {
			return "", err
		}
	}
	return into, nil
}

// migrate gives a database the schema of that state.
func (b *baseline) migrate(ctx context.Context, stack *local.Stack, database string) error {
	if b.revision == "" {
		return deployed.Migrate(ctx, stack, database)
	}
	dsn, err := deployed.DSN(stack, database)
	if err != nil {
		return err
	}
	command := "./functions/migrate/cmd/migrate"
	if _, err := os.Stat(filepath.Join(b.dir, command)); err != nil {
		command = "./functions/clickhouse/migrate" // where it was before
	}
	for _, args := range [][]string{{"up"}, {"keep", "0", "0"}} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"run", command, "-dsn", dsn}, args...)...)
		cmd.Dir = b.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("migrate to the former schema: %w: %s", err, out)
		}
	}
	return nil
}
