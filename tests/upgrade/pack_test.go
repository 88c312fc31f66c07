package upgrade

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rumline/rumline/tests/local"
)

// pack makes a former function's zip. A file beside the program makes it another than the present one's also where the program is the
// same: the upgrade replaces the code of every function.
func pack(into string, program []byte) error {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for name, content := range map[string][]byte{"bootstrap": program, "former": nil} {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Unix(0, 0)}
		header.SetMode(0o755) // bootstrap is executable
		w, err := z.CreateHeader(header)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			return fmt.Errorf("pack %s: %w", into, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("pack %s: %w", into, err)
	}
	if err := os.WriteFile(into, packed.Bytes(), 0o600); err != nil {
		return fmt.Errorf("pack %s: %w", into, err)
	}
	return nil
}

// repackAll makes zips of the present functions that are others.
func repackAll(into string) error {
	root, err := local.ProjectRoot()
	if err != nil {
		return err
	}
	zips, err := filepath.Glob(filepath.Join(root, "dist", "local", "*.zip"))
	if err == nil && len(zips) == 0 {
		err = errors.New("dist/local has no zips: run `go tool task build:local`")
	}
	if err != nil {
		return fmt.Errorf("find the functions: %w", err)
	}
	for _, path := range zips {
		program, err := bootstrapOf(path)
		if err != nil {
			return err
		}
		if err := pack(filepath.Join(into, filepath.Base(path)), program); err != nil {
			return err
		}
	}
	return nil
}

func bootstrapOf(path string) (program []byte, err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	bootstrap, err := z.Open("bootstrap")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if program, err = io.ReadAll(bootstrap); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return program, nil
}
