package landing

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/rum"
)

const noLimit = 1 << 40

// prose is text that compresses about as well as beacons do.
func prose(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < n {
		b.WriteString(`{"lcp_ms":` + strconv.Itoa(random.IntN(5000)) + `,"country":"` + string(rune('A'+random.IntN(26))) + "\"}\n")
	}
	return b.Bytes()[:n]
}

func gzipped(t testing.TB, parts ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts { // a member each
		w := gzip.NewWriter(&b)
		_, err := w.Write(p)
		require.NoError(t, err)
		require.NoError(t, w.Close())
	}
	return b.Bytes()
}

func zstandard(t testing.TB, parts ...[]byte) []byte {
	t.Helper()
	var b []byte
	for _, p := range parts { // a frame each
		w, err := zstd.NewWriter(nil)
		require.NoError(t, err)
		b = w.EncodeAll(p, b)
	}
	return b
}

// read reads a stored object through a document, in the reader's own pieces.
func read(stored io.Reader, size int, limit int64) ([]byte, error) {
	d := newDocument(io.NopCloser(stored), int64(size), limit)
	b, err := io.ReadAll(d)
	if err := d.Close(); err != nil {
		return nil, err
	}
	return b, err
}

func TestDocumentForms(t *testing.T) {
	t.Parallel()
	text := prose(300_000)
	half := len(text) / 2
	for name, stored := range map[string][]byte{
		"plain":               text,
		"gzip":                gzipped(t, text),
		"gzip members":        gzipped(t, text[:half], nil, text[half:]),
		"zstd":                zstandard(t, text),
		"zstd frames":         zstandard(t, text[:half], text[half:]),
		"zstd after metadata": append([]byte{0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'h', 'i'}, zstandard(t, text)...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]io.Reader{
				"whole":       bytes.NewReader(stored),
				"halves":      iotest.HalfReader(bytes.NewReader(stored)),
				"byte a read": iotest.OneByteReader(bytes.NewReader(stored)),
			} {
				got, err := read(r, len(stored), noLimit)
				require.NoError(t, err, how)
				require.True(t, bytes.Equal(text, got), how)
			}
		})
	}
	t.Run("empty", func(t *testing.T) {
		t.Parallel()
		got, err := read(bytes.NewReader(nil), 0, noLimit)
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

// TestDamage: what came before the damage is read, always to the same byte, and the damage is the object's own.
func TestDamage(t *testing.T) {
	t.Parallel()
	text := prose(300_000)
	flipped := func(b []byte, i int) []byte {
		b = bytes.Clone(b)
		b[i] ^= 0xff
		return b
	}
	gz, zst := gzipped(t, text), zstandard(t, text)
	for name, test := range map[string]struct {
		stored []byte
		reason rum.Reason
	}{
		"gzip cut in its header":  {gz[:5], rum.Truncated},
		"gzip cut in the middle":  {gz[:len(gz)/2], rum.Truncated},
		"gzip cut in its trailer": {gz[:len(gz)-3], rum.Truncated},
		"gzip, bit flips":         {flipped(gz, len(gz)/2), rum.Corrupt},
		"gzip, wrong checksum":    {flipped(gz, len(gz)-6), rum.Corrupt},
		"gzip, garbage behind":    {append(bytes.Clone(gz), "garbage garbage"...), rum.Corrupt},
		"second member cut":       {append(bytes.Clone(gz), gz[:len(gz)/2]...), rum.Truncated},
		"zstd cut in its header":  {zst[:5], rum.Truncated},
		"zstd cut in the middle":  {zst[:len(zst)/2], rum.Truncated},
		"zstd, wrong checksum":    {flipped(zst, len(zst)-2), rum.Corrupt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, err := read(bytes.NewReader(test.stored), len(test.stored), noLimit)
			requireRest(t, err, test.reason)
			if name != "gzip, bit flips" { // those may decode to other text before the checksum shows it
				require.True(t, bytes.HasPrefix(append(bytes.Clone(text), text...), first))
			}
			again, err := read(iotest.OneByteReader(bytes.NewReader(test.stored)), len(test.stored), noLimit)
			requireRest(t, err, test.reason)
			require.Len(t, again, len(first), "the damage must cut at one place")
		})
	}
}

// TestBrokenStream: a stream that breaks off is no damaged object, in whichever form the object is.
func TestBrokenStream(t *testing.T) {
	t.Parallel()
	text := prose(300_000)
	for name, stored := range map[string][]byte{"plain": text, "gzip": gzipped(t, text), "zstd": zstandard(t, text)} {
		for _, at := range []int{0, 1, 3, len(stored) / 2, len(stored) - 1} {
			for how, end := range map[string]error{"error": errors.New("connection reset"), "early end": nil} {
				t.Run(strings.Join([]string{name, how, strconv.Itoa(at)}, " "), func(t *testing.T) {
					t.Parallel()
					var body io.Reader = bytes.NewReader(stored[:at])
					if end != nil {
						body = io.MultiReader(body, iotest.ErrReader(end))
					}
					_, err := read(&storedStream{body: io.NopCloser(body), left: int64(len(stored))}, len(stored), noLimit)
					require.Equal(t, failure.SourceUnavailable, failure.CodeOf(err), "%v", err)
				})
			}
		}
	}
}

func TestDocumentLimits(t *testing.T) {
	t.Parallel()
	zeros := make([]byte, freeBytes+1)
	bomb := gzipped(t, zeros)
	text := prose(1 << 20)
	for name, test := range map[string]struct {
		stored []byte
		limit  int64
		want   int
		reason rum.Reason
	}{
		"at the size":             {text, int64(len(text)), len(text), ""},
		"over the size":           {text, int64(len(text)) - 1, len(text) - 1, rum.TooLarge},
		"gzip over the size":      {gzipped(t, text), 1000, 1000, rum.TooLarge},
		"ratio, within 16 MiB":    {gzipped(t, zeros[:freeBytes]), noLimit, freeBytes, ""},
		"ratio, past 16 MiB":      {bomb, noLimit, freeBytes, rum.Bomb},
		"zstd, past 16 MiB":       {zstandard(t, zeros), noLimit, freeBytes, rum.Bomb},
		"size before ratio":       {bomb, 1 << 20, 1 << 20, rum.TooLarge},
		"bomb of several members": {gzipped(t, zeros[:freeBytes/2], zeros[:freeBytes/2], zeros), noLimit, freeBytes, rum.Bomb},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := read(bytes.NewReader(test.stored), len(test.stored), test.limit)
			require.Len(t, got, test.want)
			if test.reason == "" {
				require.NoError(t, err)
				return
			}
			requireRest(t, err, test.reason)
		})
	}
}

// FuzzDocument: no bytes make a decompressor panic, or give other than text or a reason.
func FuzzDocument(f *testing.F) {
	text := prose(200)
	f.Add([]byte(nil))
	f.Add(text)
	f.Add(gzipped(f, text, text))
	f.Add(zstandard(f, text, text))
	f.Fuzz(func(t *testing.T, stored []byte) {
		got, err := read(bytes.NewReader(stored), len(stored), 1<<20)
		again, errAgain := read(iotest.HalfReader(bytes.NewReader(stored)), len(stored), 1<<20)
		require.Equal(t, got, again)
		require.Equal(t, err == nil, errAgain == nil)
		if err != nil {
			var rest *rum.Rejected
			require.ErrorAs(t, err, &rest)
			require.True(t, rest.Rest)
		}
	})
}

func requireRest(t *testing.T, err error, reason rum.Reason) {
	t.Helper()
	var rest *rum.Rejected
	require.ErrorAs(t, err, &rest)
	require.True(t, rest.Rest)
	require.Equal(t, reason, rest.Reason, "%v", err)
}
