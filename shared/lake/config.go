package lake

import (
	"fmt"
	"regexp"
	"strings"
)

// Config says where the files go. The tags are those of caarlos0/env.
type Config struct {
	// Bucket is the bucket's name.
	Bucket string `env:"RUMLINE_OUTPUT_BUCKET,required,notEmpty"`
	// Prefix begins every key. Empty, or a folder with its closing slash: "events/".
	Prefix string `env:"RUMLINE_OUTPUT_PREFIX"`
}

// bucketName is S3's rule for general purpose buckets.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// check says what is wrong, by the name of the variable.
func (c Config) check() error {
	if !bucketName.MatchString(c.Bucket) {
		return fmt.Errorf("RUMLINE_OUTPUT_BUCKET: %q is no bucket name (3 to 63 lower-case letters, digits, dots, hyphens)", c.Bucket)
	}
	switch {
	case c.Prefix == "":
		return nil
	case strings.HasPrefix(c.Prefix, "/") || strings.Contains(c.Prefix, "//"):
		return fmt.Errorf("RUMLINE_OUTPUT_PREFIX: %q has a folder without a name in it", c.Prefix)
	case !strings.HasSuffix(c.Prefix, "/"):
		return fmt.Errorf("RUMLINE_OUTPUT_PREFIX: %q must end with a slash", c.Prefix)
	case strings.Contains(c.Prefix, "="):
		return fmt.Errorf("RUMLINE_OUTPUT_PREFIX: %q has an equals sign, which readers would take for a partition's", c.Prefix)
	default:
		return nil
	}
}
