package rum

import (
	"bytes"
	"errors"
	"io"
)

// window is the part of a document that is in memory: it slides along the reader, grows to hold one record and no
// more, and knows where in the document it stands.
type window struct {
	r    io.Reader
	buf  []byte
	from int   // buf[from:] is not consumed yet
	err  error // the reader's, once it had one; io.EOF at the document's end

	offset int64 // of buf[from] in the document
	line   int64 // of buf[from], from 1
}

const (
	firstWindow = 64 << 10
	// One record and the newline behind it.
	maxWindow = MaxLineBytes + 2
)

// reset begins with another document, in the memory that there is.
func (w *window) reset(r io.Reader) {
	if w.buf == nil {
		w.buf = make([]byte, 0, firstWindow+slack)
	}
	*w = window{r: r, buf: w.buf[:0], line: 1}
}

// bytes is what is in memory and not consumed.
func (w *window) bytes() []byte { return w.buf[w.from:] }

// more reads on, and says whether bytes has become longer. It has not when the reader is at its end, or when the
// window has its full size.
func (w *window) more() bool {
	if w.err != nil {
		return false
	}
	if w.from > 0 {
		w.buf = w.buf[:copy(w.buf, w.buf[w.from:])]
		w.from = 0
	}
	size := cap(w.buf) - slack
	if len(w.buf) == size {
		if size >= maxWindow {
			return false
		}
		size = min(2*size, maxWindow)
		larger := make([]byte, len(w.buf), size+slack)
		copy(larger, w.buf)
		w.buf = larger
	}
	for range maxEmptyReads {
		n, err := w.r.Read(w.buf[len(w.buf):size])
		w.buf = w.buf[:len(w.buf)+n]
		w.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	w.err = io.ErrNoProgress
	return false
}

var newline = []byte{'\n'}

// maxEmptyReads is bufio's bound on reads that bring nothing and no error.
const maxEmptyReads = 100

// consume goes on by n bytes and counts their lines.
func (w *window) consume(n int) {
	if n == 0 {
		return
	}
	w.line += int64(bytes.Count(w.buf[w.from:w.from+n], newline))
	w.from += n
	w.offset += int64(n)
}

// consumeLine goes on by n bytes, of which only the last is a newline.
func (w *window) consumeLine(n int) {
	w.line++
	w.from += n
	w.offset += int64(n)
}

// atEnd says that the document was read to its end without an error. Only then may a record end where bytes ends.
func (w *window) atEnd() bool { return errors.Is(w.err, io.EOF) }

// broken is the reader's error, when it is another than io.EOF.
func (w *window) broken() error {
	if w.err == nil || errors.Is(w.err, io.EOF) {
		return nil
	}
	return w.err
}
