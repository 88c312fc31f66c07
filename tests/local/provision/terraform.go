// Package provision finds Terraform and its providers on a user's machine, or fetches them, so that nobody has to
// install anything before a first look.
package provision

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/fs"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"

	install "github.com/hashicorp/hc-install"
)

// The Terraform that is fetched when the machine has none, and the oldest that will do: write-only arguments and S3
// locking are of 1.11.
const (
	terraformVersion    = "1.11.4"
	terraformConstraint = ">= 1.11"
)

// Terraform returns the path of a Terraform that will do: the one on PATH, the one fetched earlier, or one that it
// fetches into the cache now.
func Terraform(ctx context.Context, cacheDir string) (string, error) {
	constraint := version.MustConstraints(version.NewConstraint(terraformConstraint))
	dir := filepath.Join(cacheDir, "terraform-"+terraformVersion)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make the cache's folder: %w", err)
	}
	installer := install.NewInstaller()
	path, err := installer.Ensure(ctx, []src.Source{
		&fs.Version{Product: product.Terraform, Constraints: constraint},
		&fs.ExactVersion{Product: product.Terraform, Version: version.Must(version.NewVersion(terraformVersion)), ExtraPaths: []string{dir}},
		&releases.ExactVersion{Product: product.Terraform, Version: version.Must(version.NewVersion(terraformVersion)), InstallDir: dir},
	})
	if err != nil {
		return "", fmt.Errorf("no Terraform %s on PATH, and it could not be fetched: install it from developer.hashicorp.com/terraform/install: %w",
			terraformConstraint, err)
	}
	return path, nil
}

// Environ returns the environment for Terraform: the caller's, with a CLI configuration of our own in dir. It takes
// providers from a filesystem mirror where there is one, and keeps those that it downloads in the cache otherwise.
func Environ(dir, cacheDir string) ([]string, error) {
	config := filepath.Join(dir, "terraform.tfrc")
	plugins := filepath.Join(cacheDir, "terraform-plugins")
	if err := os.MkdirAll(plugins, 0o750); err != nil {
		return nil, fmt.Errorf("make the cache's folder: %w", err)
	}
	mirror, err := Mirror()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(config, []byte(cliConfig(mirror, plugins)), 0o600); err != nil {
		return nil, fmt.Errorf("write Terraform's CLI configuration: %w", err)
	}
	return append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+config,
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1",
		"TF_INPUT=0",
	), nil
}

func cliConfig(mirror, plugins string) string {
	const common = "disable_checkpoint = true\n"
	if mirror == "" {
		return common + fmt.Sprintf("plugin_cache_dir = %q\n", plugins)
	}
	return common + fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %q
    include = ["registry.terraform.io/hashicorp/aws"]
  }
  direct {
    exclude = ["registry.terraform.io/hashicorp/aws"]
  }
}
`, mirror)
}

// Run runs Terraform with the given arguments, in the caller's folder and terminal, and returns its exit code.
func Run(ctx context.Context, cacheDir string, args []string) (int, error) {
	path, err := Terraform(ctx, cacheDir)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "rumline-terraform-")
	if err != nil {
		return 0, fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system clears what is left of it
	env, err := Environ(dir, cacheDir)
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", path, err)
	}
	return 0, nil
}
