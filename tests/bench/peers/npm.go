package peers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/rumline/rumline/tests/local/provision"
)

// The peers in Node.js and the packages that they need, which the lock file pins by their SHA-512.
//
//go:embed npm
var npmFiles embed.FS

// Node returns the folder of the scripts with their packages, which npm fetches into the cache the first time, and runs nothing
// of.
func Node(ctx context.Context, log io.Writer) (string, error) {
	cache, err := provision.CacheDir()
	if err != nil {
		return "", err
	}
	files, name, err := scripts()
	if err != nil {
		return "", err
	}
	home := filepath.Join(cache, "bench-peers", name)
	if _, err := os.Stat(home); err == nil {
		return home, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("npm, which fetches what the functions are compared with, is not on PATH (install Node.js 20 or later): %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(home), 0o750); err != nil {
		return "", fmt.Errorf("make the cache: %w", err)
	}
	scratch, err := os.MkdirTemp(filepath.Dir(home), "npm-*")
	if err != nil {
		return "", fmt.Errorf("make the cache: %w", err)
	}
	defer os.RemoveAll(scratch) // what stays is litter in a cache
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(scratch, file), content, 0o600); err != nil {
			return "", fmt.Errorf("fetch the peers: %w", err)
		}
	}
	fmt.Fprintf(log, "fetching DuckDB and the Node.js libraries (75 MB on disk, once) into %s\n", home)
	command := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	command.Dir = scratch
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm cannot fetch the peers: %w\n%s", err, bytes.TrimSpace(output))
	}
	// Whoever came first has the same files there.
	if err := os.Rename(scratch, home); err != nil {
		if _, there := os.Stat(home); there != nil {
			return "", fmt.Errorf("keep the peers: %w", err)
		}
	}
	return home, nil
}

// scripts are the files by name, and a name for all of them that changes with any.
func scripts() (files map[string][]byte, name string, err error) {
	entries, err := npmFiles.ReadDir("npm")
	if err != nil {
		return nil, "", fmt.Errorf("read the peers' scripts: %w", err)
	}
	files = map[string][]byte{}
	sum := sha256.New()
	for _, e := range entries {
		content, err := npmFiles.ReadFile("npm/" + e.Name())
		if err != nil {
			return nil, "", fmt.Errorf("read the peers' scripts: %w", err)
		}
		files[e.Name()] = content
		fmt.Fprintf(sum, "%s %d\n%s", e.Name(), len(content), content)
	}
	return files, hex.EncodeToString(sum.Sum(nil)[:8]), nil
}
