package provision

import (
	"fmt"
	"os"
	"path/filepath"
)

// mirrorVariable names a filesystem mirror of Terraform providers.
const mirrorVariable = "RUMLINE_TF_MIRROR"

// providerPath is where a mirror keeps the AWS provider.
const providerPath = "registry.terraform.io/hashicorp/aws"

// Mirror returns the folder of a filesystem mirror that has the AWS provider: the one that RUMLINE_TF_MIRROR names, or
// one in the places where machines without access to the registry have theirs; "" when there is none, and providers
// are downloaded.
func Mirror() (string, error) {
	if dir := os.Getenv(mirrorVariable); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, providerPath)); err != nil {
			return "", fmt.Errorf("%s is %s, which is no mirror of the AWS provider: %w", mirrorVariable, dir, err)
		}
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = string(filepath.Separator)
	}
	for _, place := range []string{
		// Where Terraform itself looks (developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories).
		filepath.Join(home, ".terraform.d", "plugins"),
		filepath.Join(home, ".local", "share", "terraform", "plugins"),
		"/usr/local/share/terraform/plugins",
		"/usr/share/terraform/plugins",
		// Where images for closed networks put theirs.
		"/opt/*",
		"/var/lib/*",
	} {
		found, err := filepath.Glob(filepath.Join(place, providerPath))
		if err == nil && len(found) > 0 {
			return filepath.Clean(filepath.Join(found[0], "..", "..", "..")), nil
		}
	}
	return "", nil
}
