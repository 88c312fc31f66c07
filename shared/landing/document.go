package landing

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
)

// Limits of what an object may decompress to, from the schema's document: past freeBytes it may be maxRatio times its
// stored size. The size as a whole is compared, and not what has been read of it so far: so the cut comes at the same
// byte however the network serves the object.
const (
	maxRatio  = 200
	freeBytes = 16 << 20
)

// document is an object's bytes, decompressed as their first bytes say, up to the limits.
type document struct {
	stored  io.ReadCloser
	plain   io.Reader // nil until the first Read
	release func()

	left  int64 // of the limit
	over  *rum.Rejected
	ended error
}

// newDocument reads what a stream of size bytes holds, up to limit bytes.
func newDocument(stored io.ReadCloser, size, limit int64) *document {
	d := &document{stored: stored, release: func() {}, left: limit}
	d.over = &rum.Rejected{Reason: rum.TooLarge, Detail: fmt.Sprintf("it holds more than %d bytes", limit), Rest: true}
	if ratio := max(freeBytes, maxRatio*size); ratio < limit {
		d.left = ratio
		d.over = &rum.Rejected{
			Reason: rum.Bomb, Rest: true,
			Detail: fmt.Sprintf("%d stored bytes hold more than %d bytes", size, ratio),
		}
	}
	return d
}

func (d *document) Read(b []byte) (int, error) {
	if d.ended != nil {
		return 0, d.ended
	}
	if len(b) == 0 {
		return 0, nil
	}
	n, err := d.read(b)
	d.ended = err
	return n, err
}

func (d *document) read(b []byte) (int, error) {
	if d.plain == nil {
		if err := d.open(); err != nil {
			return 0, d.broken(err)
		}
	}
	if d.left == 0 {
		// A document of exactly the limit's size is within it: only a byte behind it is not.
		var one [1]byte
		n, err := io.ReadFull(d.plain, one[:])
		if n > 0 {
			return 0, d.over
		}
		return 0, d.broken(err)
	}
	n, err := d.plain.Read(b[:min(int64(len(b)), d.left)])
	d.left -= int64(n)
	if err != nil {
		err = d.broken(err)
	}
	return n, err
}

// Close closes the stream that the document is read from.
func (d *document) Close() error {
	d.release()
	d.release, d.ended = func() {}, errClosed
	if err := d.stored.Close(); err != nil {
		return fmt.Errorf("close the document: %w", err)
	}
	return nil
}

var errClosed = errors.New("the document is closed")

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

func (d *document) open() error {
	stored, release := buffered(d.stored)
	d.release = release
	head, err := stored.Peek(len(zstdMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		return d.unpack(&gzips, stored)
	case bytes.HasPrefix(head, zstdMagic) || isSkippableFrame(head):
		return d.unpack(&zstds, stored)
	default:
		d.plain = stored
		return nil
	}
}

// isSkippableFrame tells zstd's frames of user data, which may come first (RFC 8878, section 3.1.2).
func isSkippableFrame(head []byte) bool {
	return len(head) == 4 && head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
}

// broken turns the decompressor's errors into reasons. What the stored stream itself failed with stays what it is:
// trying again may help there.
func (d *document) broken(err error) error {
	var coded *failure.Error
	switch {
	case errors.As(err, &coded):
		return coded
	case errors.Is(err, io.EOF) && d.plain != nil:
		return io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &rum.Rejected{Reason: rum.Truncated, Detail: "the compressed data breaks off", Rest: true}
	default:
		return &rum.Rejected{Reason: rum.Corrupt, Detail: err.Error(), Rest: true}
	}
}
