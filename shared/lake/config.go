package lake

import (
	"fmt"
	"strings"

	"github.com/rumline/rumline/shared/bucket"
)

// Config says where the files go. The tags are those of caarlos0/env.
type Config struct {
	// Bucket is the bucket's name.
	Bucket string `env:"RUMLINE_OUTPUT_BUCKET,required,notEmpty"`
	// Prefix begins every key. Empty, or a folder with its closing slash: "events/".
	Prefix string `env:"RUMLINE_OUTPUT_PREFIX"`
}

// check says what is wrong, by the name of the variable.
func (c Config) check() error {
	if err := bucket.CheckName("RUMLINE_OUTPUT_BUCKET", c.Bucket); err != nil {
		return err
	}
	if err := bucket.CheckPrefix("RUMLINE_OUTPUT_PREFIX", c.Prefix); err != nil {
		return err
	}
	if strings.Contains(c.Prefix, "=") {
		return fmt.Errorf("RUMLINE_OUTPUT_PREFIX: %q has an equals sign, which readers would take for a partition's", c.Prefix)
	}
	return nil
}
