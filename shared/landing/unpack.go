package landing

import (
	"bufio"
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindowBytes is the zstd window that a decoder must support (RFC 8878, section 3.1.1.1.2, recommends 8 MiB;
// zstd --long=27 writes 128 MiB, which a function has no memory for).
const maxWindowBytes = 32 << 20

// unpacker is a decompressor that can begin anew.
type unpacker interface {
	io.Reader
	Reset(r io.Reader) error
}

// Decompressors are kept: their tables and windows take longer to make than a small object takes to decompress.
var (
	gzips = sync.Pool{New: func() any { return new(gzip.Reader) }}
	zstds = sync.Pool{New: func() any {
		r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindowBytes))
		if err != nil {
			panic(err) // the options are sound
		}
		return r
	}}
)

// unpack has the document read by a decompressor, until it is released.
func (d *document) unpack(kept *sync.Pool, stored io.Reader) error {
	u, _ := kept.Get().(unpacker)
	release := d.release
	d.release = func() {
		_ = u.Reset(nothing{}) // so that it holds on to nothing; an empty stream is an error to gzip
		kept.Put(u)
		release()
	}
	if m, ok := stored.(inMemory); ok {
		stored = m.Reader // which gzip knows, and reads faster than what it asks byte for byte
	}
	if err := u.Reset(stored); err != nil {
		return err // broken makes a reason of it
	}
	d.plain = u
	return nil
}

// nothing is an empty stream.
type nothing struct{}

// Read implements io.Reader.
func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// ReadByte implements io.ByteReader, without which gzip would make itself a buffer.
func (nothing) ReadByte() (byte, error) { return 0, io.EOF }

const storedBuffer = 64 << 10

var buffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nothing{}, storedBuffer) }}

// peeker is a stream that shows its first bytes before they are read.
type peeker interface {
	io.Reader
	Peek(n int) ([]byte, error)
}

// buffered returns the stream with a buffer, if it needs one, and what gives the buffer back.
func buffered(stored io.Reader) (peeker, func()) {
	if p, ok := stored.(peeker); ok {
		return p, func() {}
	}
	b, _ := buffers.Get().(*bufio.Reader)
	b.Reset(stored)
	return b, func() {
		b.Reset(nothing{})
		buffers.Put(b)
	}
}

// inMemory is the stream of an object whose bytes are there. It is its own buffer.
type inMemory struct{ *bytes.Reader }

// Peek implements peeker.
func (m inMemory) Peek(n int) ([]byte, error) {
	head := make([]byte, n)
	n, err := m.ReadAt(head, 0)
	return head[:n], err //nolint:wrapcheck // io.EOF, for one that is shorter
}

// Close implements io.Closer.
func (inMemory) Close() error { return nil }
