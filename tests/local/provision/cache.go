package provision

import (
	"fmt"
	"os"
	"path/filepath"
)

// CacheDir is the folder of what is fetched once a user: RUMLINE_CACHE, or rumline in the user's cache folder.
func CacheDir() (string, error) {
	dir := os.Getenv("RUMLINE_CACHE")
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find the cache folder (set RUMLINE_CACHE): %w", err)
		}
		dir = filepath.Join(base, "rumline")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make the cache folder (set RUMLINE_CACHE to another): %w", err)
	}
	return dir, nil
}
