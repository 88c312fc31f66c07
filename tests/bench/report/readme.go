package report

import (
	"fmt"
	"os"
	"strings"
)

// The marks of the block that Readme replaces.
const (
	begin = "<!-- bench: written by `go tool task bench:readme` -->\n"
	end   = "<!-- /bench -->\n"
)

// Readme replaces the block between the marks of a file with the targets and what was measured.
func (r Results) Readme(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the file to refresh: %w", err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s has no block between %q and %q", path, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return write(path, []byte(before+begin+r.targets()+"\n"+r.how()+"\n"+end+after))
}
