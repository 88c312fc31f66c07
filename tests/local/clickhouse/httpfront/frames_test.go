package httpfront

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/clickhouse/chdb"
)

func TestFrames(t *testing.T) {
	noise := make([]byte, 3*maxFrame+17)
	source := rand.NewChaCha8([32]byte{1})
	_, err := source.Read(noise)
	require.NoError(t, err)
	for name, plain := range map[string][]byte{
		"nothing": nil, "one byte": {7}, "text": []byte(strings.Repeat("RUM", 1000)), "noise of several frames": noise,
	} {
		for _, method := range []string{"LZ4", "ZSTD"} {
			t.Run(name+" "+method, func(t *testing.T) {
				var framed bytes.Buffer
				n, err := newFrameWriter(method, &framed).Write(plain)
				require.NoError(t, err)
				require.Equal(t, len(plain), n)
				whole := framed.Bytes()
				got, err := io.ReadAll(newFrameReader(iotest.OneByteReader(bytes.NewReader(whole))))
				require.NoError(t, err)
				require.True(t, bytes.Equal(plain, got))

				for _, cut := range []int{1, frameHeader - 1, frameHeader, len(whole) - 1} {
					if cut < 1 || cut >= len(whole) {
						continue
					}
					_, err := io.ReadAll(newFrameReader(bytes.NewReader(whole[:cut])))
					var exception *chdb.Exception
					require.ErrorAs(t, err, &exception, "cut at %d", cut)
					require.Equal(t, cannotReadAllData, exception.Code)
				}
			})
		}
	}
}

func TestFramesThatLie(t *testing.T) {
	var framed bytes.Buffer
	_, err := newFrameWriter("LZ4", &framed).Write([]byte("RUMRUMRUMRUMRUM"))
	require.NoError(t, err)
	for name, at := range map[string]int{"checksum": 0, "method": 16, "data": frameHeader + 1} {
		broken := bytes.Clone(framed.Bytes())
		broken[at] ^= 0x55
		_, err := io.ReadAll(newFrameReader(bytes.NewReader(broken)))
		require.ErrorContains(t, err, "Code: 271.", name)
	}
	short := bytes.Clone(framed.Bytes())
	copy(short[17:], []byte{3, 0, 0, 0})
	_, err = io.ReadAll(newFrameReader(bytes.NewReader(short)))
	require.ErrorContains(t, err, "too short")
}
