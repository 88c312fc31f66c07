package lambdahost

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

// maxUnzipped is Lambda's limit for unpacked code, in bytes.
const maxUnzipped = 250 << 20

// unpack lays a deployment zip out on disk and returns the folder. The same zip is unpacked once.
func (h *Host) unpack(code []byte) (string, error) {
	sum := sha256.Sum256(code)
	dir := filepath.Join(h.dir, "code-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	archive, err := zip.NewReader(bytes.NewReader(code), int64(len(code)))
	if err != nil {
		return "", fmt.Errorf("could not unzip uploaded file: %w", err)
	}
	aside, err := os.MkdirTemp(h.dir, "unzip-")
	if err != nil {
		return "", fmt.Errorf("make a folder for code: %w", err)
	}
	if err := extract(archive, aside); err != nil {
		return "", errors.Join(err, os.RemoveAll(aside))
	}
	if err := os.Rename(aside, dir); err != nil {
		if _, statErr := os.Stat(dir); statErr != nil { // not just a twin that was faster
			return "", fmt.Errorf("move code into place: %w", err)
		}
		if err := os.RemoveAll(aside); err != nil {
			return "", fmt.Errorf("remove a twin of code: %w", err)
		}
	}
	return dir, nil
}

func extract(archive *zip.Reader, dir string) error {
	root, err := os.OpenRoot(dir) // no name in the archive leads out of it
	if err != nil {
		return fmt.Errorf("open the code's folder: %w", err)
	}
	defer root.Close()
	left := int64(maxUnzipped)
	for _, file := range archive.File {
		if strings.HasSuffix(file.Name, "/") {
			continue // folders come with their files
		}
		if err := root.MkdirAll(path.Dir(file.Name), 0o755); err != nil {
			return fmt.Errorf("unzip %s: %w", file.Name, err)
		}
		n, err := extractFile(root, file, left)
		if err != nil {
			return fmt.Errorf("unzip %s: %w", file.Name, err)
		}
		left -= n
	}
	return nil
}

func extractFile(root *os.Root, file *zip.File, limit int64) (int64, error) {
	in, err := file.Open()
	if err != nil {
		return 0, err //nolint:wrapcheck // the caller names the file
	}
	defer in.Close()

	// A process forked while the file is open for writing would inherit that, and the kernel refuses to execute a file
	// that anybody has open for writing (ETXTBSY).
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	// The mode is the archive's, as in Lambda: a bootstrap that is not executable must fail here, too.
	out, err := root.OpenFile(file.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, file.Mode().Perm()|0o400)
	if err != nil {
		return 0, err //nolint:wrapcheck // the caller names the file
	}
	n, err := io.CopyN(out, in, limit+1)
	if err == nil {
		err = fmt.Errorf("unzipped size must be smaller than %d bytes", maxUnzipped)
	} else if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, errors.Join(err, out.Close())
}
