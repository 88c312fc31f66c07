package rum_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// FuzzDocument: whatever the bytes are, the decoder ends, tells where each refused record is, and makes the same of
// them however they arrive, in the quick ways and by the letter.
func FuzzDocument(f *testing.F) {
	a, b := named(f, "a"), named(f, "b")
	for _, seed := range []string{
		"", "[]", "{}", a, a + "\n" + b, "[" + a + "," + b + "]", "[\n" + a + ",\n{\"x\":\n" + b + "\n]", "[{]" + a,
		"\ufeff" + a, "[broken\n" + a, strings.ReplaceAll(a, ",", ",\n"), a + "x\n" + b, "[1,\"x\",null," + a + "]", "[" + a,
		"\x00", "\xff\xfe{\x00", strings.Repeat("[", 200), strings.Repeat(`{"a":`, 200), `["` + "\n" + a,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		block, refused, err := rumtest.Decode(bytes.NewReader(document), "s")
		require.NoError(t, err)
		offset := int64(-1)
		for _, r := range refused {
			require.GreaterOrEqual(t, r.Offset, offset)
			offset = r.Offset
			if !r.Rest && r.Reason != rum.UnclosedArray {
				require.True(t, bytes.HasPrefix(document[offset:], r.Raw), "what is at %d is not %q", offset, r.Raw)
			}
			require.EqualValues(t, 1+bytes.Count(document[:offset], []byte("\n")), r.Line)
		}
		for i := range rum.Fields() {
			require.Len(t, block.Column(i).Valid, block.Len(), rum.Fields()[i].Name)
		}
		var letter rum.Decoder
		rum.ByTheLetter(&letter)
		plain := rum.NewBlock()
		plainRefused, err := everything(&letter, plain, bytes.NewReader(document))
		require.NoError(t, err)
		require.Empty(t, blocksDiffer(plain, block))
		require.Equal(t, plainRefused, refused)
		again, refusedAgain, err := rumtest.Decode(iotest.HalfReader(bytes.NewReader(document)), "s")
		require.NoError(t, err)
		require.Equal(t, rumtest.Rows(block), rumtest.Rows(again))
		require.Equal(t, refused, refusedAgain)
	})
}

// FuzzEvent holds the decoder against the reference: it takes the same lines, with the same values.
func FuzzEvent(f *testing.F) {
	beacons, err := os.ReadFile("../../tests/testdata/chromium-beacons.ndjson")
	require.NoError(f, err)
	for text := range bytes.SplitSeq(bytes.TrimSpace(beacons), []byte("\n")) {
		f.Add(text)
	}
	for _, value := range []string{
		`1e2`, `-0`, `0.1`, `1.0`, `01`, `1.`, `.5`, `1e`, `+1`, `true`, `null`, `"x"`, `"\u00e4\ud83d\ude00"`, `"\ud83d"`, `"\x"`,
		`[]`, `["a"]`, `[1]`, `{}`, `{"a":{"b":[1,2,{}]}}`, `"2026-11-23T09:00:00Z"`, `18446744073709551615`, `18446744073709551616`,
	} {
		for _, field := range []string{"cls", "lcp_ms", "asn", "transfer_bytes", "event_ts", "is_bot", "country", "url_query_keys", "extra", "own"} {
			f.Add([]byte(strings.TrimSuffix(line(f, nil), "}") + `,"` + field + `":` + value + "}"))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if bytes.ContainsAny(text, "\n\r\x00") || bytes.Contains(text, []byte("NaN")) || bytes.Contains(text, []byte("Infinity")) ||
			bytes.HasPrefix(bytes.TrimLeft(text, " \t"), []byte("[")) || bytes.HasPrefix(text, []byte("\ufeff")) || len(bytes.TrimSpace(text)) == 0 {
			t.Skip("it is not one line with one object, or has names that JSON does not know")
		}
		block, refused, err := rumtest.Decode(bytes.NewReader(text), "s")
		require.NoError(t, err)
		_, refuses := rumtest.Reference(bytes.ToValidUTF8(text, []byte("\xef\xbf\xbd")))
		if !bytes.Equal(text, bytes.ToValidUTF8(text, nil)) {
			require.Len(t, refused, 1)
			require.Equal(t, rum.InvalidUTF8, refused[0].Reason)
			return
		}
		if len(refused) > 0 {
			require.Error(t, refuses, "refused for %v, and the reference takes it", refused)
			return
		}
		require.Equal(t, 1, block.Len())
		require.Empty(t, differs(text, rumtest.RowOf(block, 0)))
	})
}
