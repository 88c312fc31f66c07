package httpfront

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ClickHouse/ch-go/compress"
)

// ClickHouse's own compression is a sequence of frames: 16 bytes of checksum, 1 of method, 4 of compressed size (counted from the
// method on), 4 of plain size, then the data.
const (
	frameHeader      = 16 + 1 + 4 + 4
	frameMethodAndOn = 1 + 4 + 4
	// maxFrame is the largest plain frame sent: readers need that much memory.
	maxFrame = 1 << 20
)

// frameReader decodes frames. A body that ends inside a frame is an error, which the library's reader cannot tell from the end.
type frameReader struct {
	source  io.Reader
	frame   *bytes.Reader
	decoder *compress.Reader
	left    int
}

func newFrameReader(source io.Reader) *frameReader {
	frame := bytes.NewReader(nil)
	return &frameReader{source: source, frame: frame, decoder: compress.NewReader(frame)}
}

// Read decodes a whole frame at a time, however large the client made it.
func (r *frameReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for r.left == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n, err := r.decoder.Read(p)
	if err != nil {
		return n, exception(cannotDecompress, "CANNOT_DECOMPRESS", err.Error())
	}
	r.left -= n
	return n, nil
}

func (r *frameReader) next() error {
	header := make([]byte, frameHeader)
	if _, err := io.ReadFull(r.source, header); err != nil {
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		return truncated(err)
	}
	size := int64(binary.LittleEndian.Uint32(header[17:]))
	if size < frameMethodAndOn {
		return exception(cannotDecompress, "CANNOT_DECOMPRESS", fmt.Sprintf("a frame of %d bytes is too short", size))
	}
	// Copied rather than allocated by the header's word, which may lie.
	raw := bytes.NewBuffer(header)
	if _, err := io.CopyN(raw, r.source, size-frameMethodAndOn); err != nil {
		return truncated(err)
	}
	r.frame.Reset(raw.Bytes())
	r.left = int(binary.LittleEndian.Uint32(header[21:]))
	return nil
}

func truncated(err error) error {
	return exception(cannotReadAllData, "CANNOT_READ_ALL_DATA", fmt.Sprintf("the body breaks off inside a compressed frame: %v", err))
}

// frameWriter encodes frames of at most maxFrame bytes.
type frameWriter struct {
	to      io.Writer
	encoder *compress.Writer
}

func newFrameWriter(method string, to io.Writer) *frameWriter {
	codec := compress.LZ4
	if method == "ZSTD" {
		codec = compress.ZSTD
	}
	return &frameWriter{to: to, encoder: compress.NewWriter(0, codec)}
}

// Write sends p as one frame or several.
func (w *frameWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n := min(len(p), maxFrame)
		if err := w.encoder.Compress(p[:n]); err != nil {
			return written, fmt.Errorf("compress a frame: %w", err)
		}
		if _, err := w.to.Write(w.encoder.Data); err != nil {
			return written, fmt.Errorf("send a frame: %w", err)
		}
		written += n
		p = p[n:]
	}
	return written, nil
}
