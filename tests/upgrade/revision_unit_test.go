package upgrade

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChooseRevision: what is upgraded from is what was asked for, else the newest release, else the pinned state.
func TestChooseRevision(t *testing.T) {
	_, err := chooseRevision(t.Context(), t.TempDir(), "")
	require.ErrorIs(t, err, errNoHistory)
	require.ErrorContains(t, err, "no git repository")

	dir := t.TempDir()
	do := func(args ...string) string {
		out, err := git(t.Context(), dir, args...)
		require.NoError(t, err)
		return out
	}
	do("init", "--quiet")
	commit := func(text string) string {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), []byte(text), 0o600))
		do("add", "file")
		do("-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", text)
		return do("rev-parse", "HEAD")
	}
	first := commit("first")
	_, err = chooseRevision(t.Context(), dir, "")
	require.ErrorIs(t, err, errNoHistory)
	require.ErrorContains(t, err, pinned)

	do("tag", "v1.0.0")
	second := commit("second")
	do("tag", "other")
	got, err := chooseRevision(t.Context(), dir, "")
	require.NoError(t, err)
	require.Equal(t, first, got)
	got, err = chooseRevision(t.Context(), dir, "other")
	require.NoError(t, err)
	require.Equal(t, second, got)
	_, err = chooseRevision(t.Context(), dir, "missing")
	require.ErrorContains(t, err, "missing")

	do("tag", "v1.1.0")
	got, err = chooseRevision(t.Context(), dir, "")
	require.NoError(t, err)
	require.Equal(t, first, got, "a release is no release before itself")
}
