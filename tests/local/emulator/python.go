package emulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pythonVariable names a Python to use instead of those on PATH.
const pythonVariable = "RUMLINE_PYTHON"

// probe says nothing and exits 0 where the launcher can run: the exact version, with what moto[server] adds.
const probe = `import importlib.metadata as m, importlib.util as u, sys
missing = [n for n in ("flask", "flask_cors", "antlr4", "jsonpath_ng", "joserfc", "docker", "yaml") if not u.find_spec(n)]
sys.exit(f"lacks {missing}" if missing else m.version("moto") != "` + Version + `" and "moto is " + m.version("moto"))`

// findPython returns a Python that has moto: the one the user names, one on PATH, or one in a virtual environment in
// cacheDir, made there on first use.
func findPython(ctx context.Context, cacheDir string) (string, error) {
	if named := os.Getenv(pythonVariable); named != "" {
		if err := check(ctx, named); err != nil {
			return "", fmt.Errorf("%s=%s is of no use (%w): %s", pythonVariable, named, err, remedy)
		}
		return named, nil
	}
	for _, name := range []string{"python3", "python"} {
		if path, err := exec.LookPath(name); err == nil && check(ctx, path) == nil {
			return path, nil
		}
	}
	return fromVenv(ctx, filepath.Join(cacheDir, "moto-"+Version))
}

const remedy = `moto ` + Version + ` is needed: pip install 'moto[server]==` + Version + `', and set ` + pythonVariable +
	` to that Python if it is not on PATH`

// fromVenv uses or makes the environment in dir. It is made aside and moved into place whole, so that an interrupted
// or a simultaneous run leaves nothing half done; only its bin/python is used, which does not mind the move.
func fromVenv(ctx context.Context, dir string) (_ string, err error) {
	python := filepath.Join(dir, "bin", "python")
	if check(ctx, python) == nil {
		return python, nil
	}
	base, err := exec.LookPath("python3")
	if err != nil {
		return "", fmt.Errorf("no python3 on PATH (%w): install Python 3.10 or newer; %s", err, remedy)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o750); err != nil {
		return "", fmt.Errorf("make a folder for moto: %w", err)
	}
	aside, err := os.MkdirTemp(filepath.Dir(dir), "moto-")
	if err != nil {
		return "", fmt.Errorf("make a folder for moto: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }()
	if err := run(ctx, base, "-m", "venv", aside); err != nil {
		return "", fmt.Errorf("make a Python environment: %w; %s", err, remedy)
	}
	if err := run(ctx, filepath.Join(aside, "bin", "python"), "-m", "pip", "install", "--quiet",
		"--disable-pip-version-check", "moto[server]=="+Version); err != nil {
		return "", fmt.Errorf("install moto with pip: %w; %s", err, remedy)
	}
	// Another run may have been faster: then its environment is as good as ours.
	moveErr := os.Rename(aside, dir)
	if check(ctx, python) != nil {
		return "", fmt.Errorf("move the Python environment to %s: %w; remove that folder and try again", dir, moveErr)
	}
	return python, nil
}

func check(ctx context.Context, python string) error {
	return run(ctx, python, "-c", probe)
}

// run reports a failed command with the last line of what it printed, where Python and pip put the reason.
func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return errors.New(last)
	}
	return fmt.Errorf("run %s: %w", name, err)
}
