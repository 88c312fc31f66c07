package clickhouse

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// libchdb comes as an npm package for one platform. The lock file beside this one pins its version and its SHA-512, which npm
// checks. Later versions are not always better: the one tagged latest lacks streaming inserts.
const (
	libraryVersion = "26.7.3-stable.1"
	libraryInside  = "node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"
	// libraryBytes is the size of the library in that version: one that is shorter was cut off by a full disk.
	libraryBytes = 566_330_096
)

//go:embed npm/package.json
var packageJSON []byte

//go:embed npm/package-lock.json
var packageLock []byte

// libraryKnown says whether there is a libchdb for this platform.
func libraryKnown() bool { return runtime.GOOS == "linux" && runtime.GOARCH == "amd64" }

// fetchLibrary returns the path of libchdb in the cache, and fetches it if it is not there (about ten seconds). Several processes
// may ask at once: one fetches, the others wait.
func fetchLibrary(ctx context.Context, cache string, log io.Writer) (string, error) {
	home := filepath.Join(cache, "libchdb", libraryVersion)
	library := filepath.Join(home, "libchdb.so")
	if complete(library) {
		return library, nil
	}
	if err := os.MkdirAll(home, 0o750); err != nil {
		return "", fmt.Errorf("make the cache: %w", err)
	}
	unlock, err := lock(ctx, filepath.Join(home, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if complete(library) {
		return library, nil
	}
	fmt.Fprintf(log, "fetching libchdb %s (566 MB on disk, once) into %s\n", libraryVersion, home)
	scratch, err := os.MkdirTemp(home, "npm-*")
	if err != nil {
		return "", fmt.Errorf("make the cache: %w", err)
	}
	defer os.RemoveAll(scratch) // what stays is litter in a cache
	if err := install(ctx, scratch); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(scratch, libraryInside), library); err != nil {
		return "", fmt.Errorf("keep libchdb: %w", err)
	}
	if !complete(library) {
		return "", fmt.Errorf("%s has not the %d bytes that version %s has", library, libraryBytes, libraryVersion)
	}
	return library, nil
}

func complete(library string) bool {
	info, err := os.Stat(library)
	return err == nil && info.Size() == libraryBytes
}

// install lets npm fetch the locked package, and run nothing of it.
func install(ctx context.Context, dir string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return fmt.Errorf("npm, which fetches libchdb, is not on PATH: install Node.js, or: %w", errNone)
	}
	for name, content := range map[string][]byte{"package.json": packageJSON, "package-lock.json": packageLock} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return fmt.Errorf("fetch libchdb: %w", err)
		}
	}
	command := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("npm cannot fetch libchdb %s: %w\n%s", libraryVersion, err, bytes.TrimSpace(output))
	}
	return nil
}
