package bucket

import (
	"fmt"
	"regexp"
	"strings"
)

// namePattern is S3's rule for general purpose buckets.
var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// CheckName says what is wrong with a bucket's name, by the environment variable that it comes from.
func CheckName(variable, name string) error {
	if namePattern.MatchString(name) {
		return nil
	}
	return fmt.Errorf("%s: %q is no bucket name (3 to 63 lower-case letters, digits, dots, hyphens)", variable, name)
}

// CheckPrefix says what is wrong with what begins every key, by the environment variable that it comes from: it is empty,
// or a folder with its closing slash.
func CheckPrefix(variable, prefix string) error {
	switch {
	case prefix == "":
		return nil
	case strings.HasPrefix(prefix, "/") || strings.Contains(prefix, "//"):
		return fmt.Errorf("%s: %q has a folder without a name in it", variable, prefix)
	case !strings.HasSuffix(prefix, "/"):
		return fmt.Errorf("%s: %q must end with a slash", variable, prefix)
	default:
		return nil
	}
}
