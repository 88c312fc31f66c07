package clickhouse

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// oldestMajor is the oldest usable server: clickhouse-go/v2 and the tables need what came since.
const oldestMajor = 24

var (
	versionText = regexp.MustCompile(`version (\d+)\.(\d+)`)
	twoNumbers  = regexp.MustCompile(`^\d+\.\d+`)
	plainUser   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// findBinary looks for a usable ClickHouse on PATH: "" if there is none, with what was refused and why.
func findBinary(ctx context.Context) (path string, refused error) {
	for _, name := range []string{"clickhouse", "clickhouse-server"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		output, err := exec.CommandContext(ctx, path, "--version").CombinedOutput()
		if err != nil {
			refused = fmt.Errorf("%s is passed over: it does not tell its version: %w", path, err)
			continue
		}
		match := versionText.FindSubmatch(output)
		if match == nil {
			refused = fmt.Errorf("%s is passed over: it calls itself %q", path, output)
			continue
		}
		if major, err := strconv.Atoi(string(match[1])); err != nil || major < oldestMajor {
			refused = fmt.Errorf("%s is passed over: it is of version %s.%s, and %d is the oldest that works", path, match[1], match[2], oldestMajor)
			continue
		}
		return path, refused
	}
	return "", refused
}

func majorMinor(version string) string {
	if short := twoNumbers.FindString(version); short != "" {
		return short
	}
	return version
}
