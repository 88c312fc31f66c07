package destination

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// frameBytes is how much of the columns is compressed at once: what a processor's cache holds.
const frameBytes = 1 << 20

// body is the body of an insert by HTTP: a block in the Native format, in ClickHouse's frames of compression. It is encoded
// while it is read, some columns at a time, so that it is never in memory whole. Its memory serves one insert after the
// other.
type body struct {
	mu      sync.Mutex
	stopped bool

	encoder encoder
	frames  *compress.Writer // nil when nothing is compressed
	part    part
	columns []target
	next    int    // column, of those that are not encoded yet
	plain   []byte // encoded, and not compressed yet
	out     []byte // compressed, and not read yet
}

func newBody(columns []target, method clickhouse.CompressionMethod) *body {
	b := &body{columns: columns}
	if compressible(method) {
		b.frames = compress.NewWriter(compress.LevelZero, compress.Method(method))
	}
	return b
}

// compressible says whether a body is compressed here. Other methods are those of HTTP, which the driver adds.
func compressible(method clickhouse.CompressionMethod) bool {
	return method == clickhouse.CompressionLZ4 || method == clickhouse.CompressionZSTD
}

// start has the body be that of a part.
func (b *body) start(p part) {
	b.part, b.stopped, b.next, b.plain, b.out = p, false, 0, nil, nil
	b.encoder.rows = p.rows
}

// errStopped is what a body says that is read after its insert has failed.
var errStopped = errors.New("the insert is over")

// stop ends the reading: an insert that failed may leave somebody behind who reads on, and the events are not the
// part's for longer than the insert. It says whether the body was read to its end, and may be used again.
func (b *body) stop() (whole bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	b.part = part{}
	return b.next == len(b.columns) && len(b.plain) == 0 && len(b.out) == 0
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return 0, errStopped
	}
	for len(b.out) == 0 {
		if err := b.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// fill makes the next frame.
func (b *body) fill() error {
	if len(b.plain) == 0 {
		if b.next == len(b.columns) {
			return io.EOF
		}
		b.encode()
	}
	frame := b.plain[:min(frameBytes, len(b.plain))]
	b.plain = b.plain[len(frame):]
	if b.frames == nil {
		b.out = frame
		return nil
	}
	if err := b.frames.Compress(frame); err != nil {
		return fmt.Errorf("compressing an insert: %w", err)
	}
	b.out = b.frames.Data
	return nil
}

// encode encodes as many columns as make a frame.
func (b *body) encode() {
	e := &b.encoder
	e.buf.Reset()
	if b.next == 0 {
		e.buf.PutUVarInt(uint64(len(b.columns)))
		e.buf.PutUVarInt(uint64(b.part.rows.n))
	}
	for b.next < len(b.columns) && len(e.buf.Buf) < frameBytes {
		e.buf.Buf = append(e.buf.Buf, b.columns[b.next].head...)
		e.of(b.next, b.part)
		b.next++
	}
	b.plain = e.buf.Buf
}
