package landing

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

var errBroken = errors.New("broken")

// closing counts the closings of a document.
type closing struct {
	io.Reader

	closed int
}

// Close implements io.Closer.
func (c *closing) Close() error {
	c.closed++
	return nil
}

// TestReadAhead: what is read ahead is what is read, however it comes, and so is how it ends.
func TestReadAhead(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	random := rand.New(rand.NewPCG(1, 1))
	for _, size := range []int{0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 5*pieceBytes + 7} {
		text := make([]byte, size)
		for i := range text {
			text[i] = byte(random.Uint32())
		}
		for name, form := range map[string]func(io.Reader) io.Reader{
			"as it is": func(r io.Reader) io.Reader { return r }, "in halves": iotest.HalfReader, "with its end": iotest.DataErrReader,
			"broken": func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(errBroken)) },
		} {
			document := &closing{Reader: form(strings.NewReader(string(text)))}
			ctx, cancel := context.WithCancel(t.Context())
			r := readAhead(document, aheadFrom, cancel)
			require.IsType(t, &ahead{}, r)
			got, err := io.ReadAll(iotest.HalfReader(r))
			if name == "broken" {
				require.ErrorIs(t, err, errBroken)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, string(text), string(got), "%d bytes %s", size, name)
			_, again := r.Read(make([]byte, 1))
			require.Equal(t, map[bool]error{true: errBroken, false: io.EOF}[name == "broken"], again)
			require.NoError(t, r.Close())
			require.Equal(t, 1, document.closed)
			require.Error(t, ctx.Err())
			_, err = r.Read(make([]byte, 1))
			require.ErrorIs(t, err, errClosed)
		}
	}
}

// waiting is a document that S3 does not go on with until the request is given up.
type waiting struct{ ctx context.Context }

// Read implements io.Reader.
func (w waiting) Read([]byte) (int, error) {
	<-w.ctx.Done()
	return 0, w.ctx.Err()
}

// Close implements io.Closer.
func (waiting) Close() error { return nil }

// TestReadAheadClosed: a document can be closed at any time.
func TestReadAheadClosed(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, readAhead(waiting{ctx}, aheadFrom, cancel).Close())

	r := readAhead(&closing{Reader: strings.NewReader(strings.Repeat("x", 20*pieceBytes))}, aheadFrom, func() {})
	_, err := r.Read(make([]byte, 1))
	require.NoError(t, err)
	require.NoError(t, r.Close())

	runtime.GOMAXPROCS(1)
	require.IsType(t, &cancelled{}, readAhead(waiting{ctx}, aheadFrom, cancel), "there is no processor for it")
}
