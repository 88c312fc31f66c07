package landing

import (
	"context"
	"io"
	"runtime"
	"sync"
)

// Bounds of what is decompressed before it is asked for. A document that is stored in less than aheadFrom is not worth a
// goroutine.
const (
	aheadFrom   = 32 << 10
	aheadPieces = 3
	pieceBytes  = 128 << 10
)

var pieces = sync.Pool{New: func() any { return new([pieceBytes]byte) }}

// ahead reads a document on a goroutine of its own, so that a second processor decompresses while the first one decodes. It
// yields the same bytes and the same error after them.
type ahead struct {
	document io.ReadCloser
	cancel   context.CancelFunc // ends a Read that waits for S3
	read     chan piece
	free     chan *[pieceBytes]byte
	stopped  chan struct{}
	ended    chan struct{}

	now  piece
	rest []byte // of now
}

// piece is what one or more Reads have brought. After an error there is none any more.
type piece struct {
	memory *[pieceBytes]byte
	n      int
	err    error
}

// readAhead begins to read a document, if there is a processor for it.
func readAhead(document io.ReadCloser, size int64, cancel context.CancelFunc) io.ReadCloser {
	if size < aheadFrom || runtime.GOMAXPROCS(0) < 2 {
		return &cancelled{document, cancel}
	}
	a := &ahead{
		document: document, cancel: cancel, read: make(chan piece, aheadPieces), free: make(chan *[pieceBytes]byte, aheadPieces),
		stopped: make(chan struct{}), ended: make(chan struct{}),
	}
	for range aheadPieces {
		memory, _ := pieces.Get().(*[pieceBytes]byte)
		a.free <- memory
	}
	go a.run()
	return a
}

func (a *ahead) run() {
	defer close(a.ended)
	for {
		var p piece
		select {
		case p.memory = <-a.free:
		case <-a.stopped:
			return
		}
		for p.n < pieceBytes && p.err == nil {
			var n int
			n, p.err = a.document.Read(p.memory[p.n:])
			p.n += n
		}
		a.read <- p // never waits: there is room for all pieces
		if p.err != nil {
			return
		}
	}
}

// Read implements io.Reader.
func (a *ahead) Read(b []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.memory != nil {
			a.free <- a.now.memory // likewise
		}
		a.now = <-a.read
		a.rest = a.now.memory[:a.now.n]
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// Close stops reading and closes the document.
func (a *ahead) Close() error {
	close(a.stopped)
	a.cancel()
	<-a.ended
	a.recycle()
	a.rest, a.now = nil, piece{err: errClosed}
	return a.document.Close() //nolint:wrapcheck // it is the document's own
}

// recycle keeps the memory of all pieces for the next document.
func (a *ahead) recycle() {
	if a.now.memory != nil {
		pieces.Put(a.now.memory)
	}
	for {
		select {
		case memory := <-a.free:
			pieces.Put(memory)
		case p := <-a.read:
			pieces.Put(p.memory)
		default:
			return
		}
	}
}

// cancelled is a document whose request ends with it.
type cancelled struct {
	io.ReadCloser

	cancel context.CancelFunc
}

// Close implements io.Closer.
func (c *cancelled) Close() error {
	c.cancel()
	return c.ReadCloser.Close() //nolint:wrapcheck // it is the document's own
}
