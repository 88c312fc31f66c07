package memory

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/generate"
)

// object is a compressed source object: one piece over and over, which is a frame of zstd or a member of gzip.
type object struct {
	piece  []byte
	pieces int
	events int
}

// newObject makes an object of at least so many bytes of ordinary traffic, decompressed.
func newObject(t *testing.T, encoding string, documentBytes int) *object {
	t.Helper()
	var plain, piece bytes.Buffer
	events := 0
	for o := range generate.Objects(generate.Options{Events: 50_000}) {
		for _, r := range o.Records {
			require.NoError(t, json.Compact(&plain, r.JSON)) // a line an event
			plain.WriteByte('\n')
			events++
		}
	}
	var packer io.WriteCloser = gzip.NewWriter(&piece)
	if encoding == "zstd" {
		var err error
		packer, err = zstd.NewWriter(&piece, zstd.WithWindowSize(8<<20)) // what zstd -19 uses
		require.NoError(t, err)
	}
	_, err := packer.Write(plain.Bytes())
	require.NoError(t, err)
	require.NoError(t, packer.Close())
	pieces := documentBytes/plain.Len() + 1
	return &object{piece: piece.Bytes(), pieces: pieces, events: pieces * events}
}

func (o *object) size() int { return len(o.piece) * o.pieces }

func (o *object) writeTo(w io.Writer) {
	for range o.pieces {
		if _, err := w.Write(o.piece); err != nil {
			return // the reader has gone, and says why
		}
	}
}
