package rum_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

func TestDifferential(t *testing.T) {
	t.Parallel()
	differential(t, 1, 3000)
}

// differential holds the decoder against the reference on n lines, most of them mutated: it takes the same ones, with
// the same values. Lines go through one decoder, so that each is read with what it has learned of others.
func differential(t *testing.T, seed uint64, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	list := records(t, 2000)
	var d rum.Decoder
	block := rum.NewBlock()
	taken := 0
	for range n {
		text := list[r.IntN(len(list))]
		if r.IntN(8) > 0 {
			text = mutate(r, text)
		}
		if !isLine(text) {
			continue
		}
		block.Reset()
		d.Reset(bytes.NewReader(text), "s")
		err := d.Next(block)
		want, refuses := rumtest.Reference(text)
		if !bytes.Equal(text, bytes.ToValidUTF8(text, nil)) {
			refuses = errors.New("no UTF-8") // encoding/json mends it
		}
		if err != nil {
			require.Error(t, refuses, "%q is refused for %v, and the reference takes it", text, err)
			continue
		}
		require.NoError(t, refuses, "%q", text)
		require.Equal(t, 1, block.Len())
		require.Empty(t, rumtest.Difference(want, rumtest.RowOf(block, 0)), "%q", text)
		taken++
	}
	require.Greater(t, taken, n/6, "most mutations should not make an event unreadable")
}

// isLine says whether a text is one line with one value that the reference reads as the decoder does: JSON knows no NaN.
func isLine(text []byte) bool {
	text = bytes.TrimSpace(text)
	return len(text) > 0 && !bytes.ContainsAny(text, "\n\r\x00") && text[0] != '[' && !bytes.HasPrefix(text, []byte("\ufeff")) &&
		!bytes.Contains(text, []byte("NaN")) && !bytes.Contains(text, []byte("Infinity"))
}

func TestQuickWaysDecideNothing(t *testing.T) {
	t.Parallel()
	quickAgainstLetter(t, 1, 8000)
}

// quickAgainstLetter makes documents of about n records and reads each in the quick ways and by the letter. Rows,
// refusals with all that they say, and counts are the same, however the reader cuts the document.
func quickAgainstLetter(t *testing.T, seed uint64, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	list := records(t, 2000)
	var quick, letter rum.Decoder
	rum.ByTheLetter(&letter)
	block, plain := rum.NewBlock(), rum.NewBlock()
	for n > 0 {
		size := 1 + r.IntN(6)
		n -= size
		document := documentOf(r, list, size)
		if block.Len() > 100 || r.IntN(8) == 0 {
			require.Empty(t, blocksDiffer(plain, block))
			block.Reset()
			plain.Reset()
		}
		cut := cutters[r.IntN(len(cutters))]
		want, wantErr := everything(&letter, plain, cut(bytes.NewReader(document)))
		got, err := everything(&quick, block, cut(bytes.NewReader(document)))
		if !errors.Is(err, wantErr) || plain.Len() != block.Len() || plain.Bytes() != block.Bytes() || letter.ExtraCut() != quick.ExtraCut() {
			t.Fatalf("%q: %d rows and %v, by the letter %d and %v", document, block.Len(), err, plain.Len(), wantErr)
		}
		if len(want)+len(got) > 0 {
			require.Equal(t, want, got, "%q", document)
		}
	}
	require.Empty(t, blocksDiffer(plain, block))
}

// TestQuickWaysKnowTheDeepest: how deep a field may be nested does not depend on whether its record was framed before it was read.
func TestQuickWaysKnowTheDeepest(t *testing.T) {
	t.Parallel()
	event := records(t, 200)[0]
	refused := map[bool]int{}
	for depth := 120; depth < 135; depth++ {
		own := `"own":` + strings.Repeat("[", depth) + strings.Repeat("]", depth)
		deep := string(event[:len(event)-1]) + "," + own + "}"
		deeper := string(event[:len(event)-1]) + `,"extra":{` + own + "}}"
		for _, document := range []string{
			deep, "[" + deep + "]", "[" + deep + "," + string(event) + "]", strings.Replace(deep, ",", ",\n", 1),
			deeper, "[" + deeper + "]", strings.Replace(deeper, ",", ",\n", 1),
		} {
			var quick, letter rum.Decoder
			rum.ByTheLetter(&letter)
			block, plain := rum.NewBlock(), rum.NewBlock()
			want, wantErr := everything(&letter, plain, strings.NewReader(document))
			got, err := everything(&quick, block, strings.NewReader(document))
			require.Equal(t, wantErr, err)
			require.Equal(t, want, got, "%d deep: %.40q", depth, document)
			require.Equal(t, plain.Len(), block.Len())
			require.Empty(t, blocksDiffer(plain, block))
			refused[len(want) > 0]++
		}
	}
	require.Positive(t, refused[true])
	require.Positive(t, refused[false])
}

var errCut = errors.New("the reader broke")

// cutters are readers of several habits.
var cutters = []func(io.Reader) io.Reader{
	func(r io.Reader) io.Reader { return r },
	func(r io.Reader) io.Reader { return iotest.HalfReader(iotest.DataErrReader(r)) },
	func(r io.Reader) io.Reader { return io.MultiReader(io.LimitReader(r, 1500), iotest.ErrReader(errCut)) },
	iotest.DataErrReader,
	func(r io.Reader) io.Reader { return r },
	func(r io.Reader) io.Reader { return r },
	func(r io.Reader) io.Reader { return r },
	iotest.OneByteReader,
}

// documentOf makes a document of some records: neighbours in the list, since those have one producer.
func documentOf(r *rand.Rand, list [][]byte, size int) []byte {
	separator, begin, end := "\n", "", ""
	switch r.IntN(6) {
	case 0:
		separator = "\r\n"
	case 1:
		separator, begin, end = ",", "[", "]"
	case 2:
		separator, begin, end = " ,\n", " [\n", "\n]\n"
	}
	first := r.IntN(len(list))
	document := []byte(begin)
	for i := range size {
		record := list[(first+i)%len(list)]
		if r.IntN(2) == 0 {
			record = mutate(r, record)
		}
		if i > 0 {
			document = append(document, separator...)
		}
		document = append(document, record...)
	}
	document = append(document, end...)
	if r.IntN(20) == 0 {
		document = bytes.ReplaceAll(document, []byte(`,"`), []byte(",\n  \""))
	}
	if r.IntN(3) == 0 {
		document = append(document, '\n')
	}
	return document
}

// everything decodes a document, and returns copies of what was refused.
func everything(d *rum.Decoder, b *rum.Block, r io.Reader) ([]rum.Rejected, error) {
	d.Reset(r, "s")
	return rumtest.Drain(d, b)
}

// blocksDiffer names the first column in which two blocks differ; "" when there is none.
func blocksDiffer(want, got *rum.Block) string {
	for i, f := range rum.Fields() {
		a, b := want.Column(i), got.Column(i)
		aText, aEnds := a.Strings.Raw()
		bText, bEnds := b.Strings.Raw()
		if len(b.Valid) != got.Len() || b.Absent() && slices.Contains(b.Valid, true) || !slices.Equal(a.Valid, b.Valid) ||
			!slices.Equal(a.Floats, b.Floats) || !slices.Equal(a.Uints, b.Uints) || !slices.Equal(a.Times, b.Times) ||
			!slices.Equal(a.UUIDs, b.UUIDs) || !slices.Equal(a.Ends, b.Ends) || !bytes.Equal(aText, bText) || !slices.Equal(aEnds, bEnds) {
			return f.Name
		}
	}
	return ""
}
