package rig

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const module = "github.com/rumline/rumline"

// Build makes the functions' bootstraps for this machine, with the flags of a release, into a folder, and returns their paths by
// name.
func Build(ctx context.Context, dir string) (map[string]string, error) {
	binaries := map[string]string{}
	for _, name := range Destinations {
		binary := filepath.Join(dir, name, "bootstrap")
		command := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=",
			"-o", binary, module+"/functions/"+name)
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := command.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
		binaries[name] = binary
	}
	return binaries, nil
}

// Zip is the deployment of a bootstrap.
func Zip(binary string) ([]byte, error) {
	code, err := os.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("read a function's binary: %w", err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	f, err := w.CreateHeader(header)
	if err != nil {
		return nil, fmt.Errorf("zip a function: %w", err)
	}
	if _, err := f.Write(code); err != nil {
		return nil, fmt.Errorf("zip a function: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("zip a function: %w", err)
	}
	return out.Bytes(), nil
}
